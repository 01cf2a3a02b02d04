"""`spark` and `sc`: local, or a cluster that the server was pointed at."""

import os as _os

from pyspark.sql import SparkSession as _SparkSession

_remote = _os.environ.pop("SCOPEDOWN_SPARK_REMOTE", None)
if _remote is None:
    spark = (
        _SparkSession.builder.master("local[*]")
        .appName("scopedown")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", "/tmp/warehouse")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    sc = spark.sparkContext
else:
    spark = _SparkSession.builder.remote(_remote).getOrCreate()
