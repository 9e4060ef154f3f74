"""The only code that knows boto3: cloud, store, queue, notices."""
