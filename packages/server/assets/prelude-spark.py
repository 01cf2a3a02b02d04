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


def _objects():
    """`s3://` and `s3a://` by Hadoop's connector, which PySpark comes without: its class must be among PySpark's jars."""
    from glob import glob

    import pyspark

    connector = "org.apache.hadoop.fs.s3a.S3AFileSystem"
    if not glob(_os.path.join(_os.path.dirname(pyspark.__file__), "jars", "hadoop-aws-*.jar")):
        # Hadoop puts "Class … not found" around it.
        connector += " (of hadoop-aws, which PySpark comes without; read the object with boto3, or add the jars)"
    settings = {
        "fs.s3.impl": connector,
        "fs.s3a.impl": connector,
        "fs.s3a.endpoint": _os.environ.get("AWS_ENDPOINT_URL", ""),
        "fs.s3a.endpoint.region": _os.environ["AWS_REGION"],
        "fs.s3a.path.style.access": "true",
        # The runtime role's, as boto3 finds them.
        "fs.s3a.aws.credentials.provider": "software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider",
    }
    return {f"spark.hadoop.{name}": value for name, value in settings.items()}


def _local():
    from pyspark.sql import SparkSession

    interrupted = _signal.getsignal(_signal.SIGINT)
    session = (
        SparkSession.builder.config(map=_objects())
        .master("local[*]")
        .appName("scopedown")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
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
