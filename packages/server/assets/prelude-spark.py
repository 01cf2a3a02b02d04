"""`spark` and `sc`: local, or a cluster that the server was pointed at."""

import os as _os
import signal as _signal
import sys as _sys


class _NoContext:
    def __getattr__(self, name):
        raise RuntimeError("this session's Spark is a cluster behind Spark Connect, which has no SparkContext; use `spark`")

    def __repr__(self):
        return "<no SparkContext behind Spark Connect>"


def _connect(url, host):
    import grpc
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

    # What is reached through the tunnel bears the cluster's name, and its certificate too.
    name = host.rsplit(":", 1)[0].strip("[]")
    builder = DefaultChannelBuilder(url, [("grpc.ssl_target_name_override", name), ("grpc.default_authority", host)])
    # PySpark itself would try for ten minutes.
    channel = builder.toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=20)
    except grpc.FutureTimeoutError:
        _sys.exit(f"no Spark Connect server answered at {host} within 20 seconds")
    finally:
        channel.close()
    try:
        session = SparkSession.builder.channelBuilder(builder).getOrCreate()
        session.version
    except Exception as error:
        _sys.exit(f"the Spark Connect server at {host} refused: {str(error) or type(error).__name__}")
    _os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    return session


def _local():
    from pyspark.sql import SparkSession

    interrupted = _signal.getsignal(_signal.SIGINT)
    session = (
        SparkSession.builder.master("local[*]")
        .appName("scopedown")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", "/tmp/warehouse")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )

    def interrupt(*given):
        try:
            interrupted(*given)
        except KeyboardInterrupt:
            session.sparkContext.cancelAllJobs()
            raise

    # Spark's own handler raises between statements as well, which ends the session.
    _signal.signal(_signal.SIGINT, interrupt)
    return session


if "SCOPEDOWN_SPARK_HOST" in _os.environ:
    spark = _connect(_os.environ["SPARK_REMOTE"], _os.environ.pop("SCOPEDOWN_SPARK_HOST"))
    sc = _NoContext()
else:
    spark = _local()
    sc = spark.sparkContext
