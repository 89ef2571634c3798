"""Looks at and puts objects with boto3, the client of the Python original.

Arguments: URL, key id, secret. Stdin: a JSON list of [method, arguments]; stdout: what came of each, bodies as text.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url, key, secret = sys.argv[1:]
style = Config(s3={"addressing_style": "path"})
client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret, config=style)


def call(method, arguments):
    try:
        answer = getattr(client, method)(**arguments)
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    body = answer["Body"].read().decode() if "Body" in answer else None
    keys = [item["Key"] for item in answer.get("Contents", [])]
    return {"body": body, "metadata": answer.get("Metadata"), "type": answer.get("ContentType"), "keys": keys}


print(json.dumps([call(method, arguments) for method, arguments in json.load(sys.stdin)]))
