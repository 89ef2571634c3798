"""moto's S3, IAM and STS on one port, with users, rights and a role; signatures and policies are checked.

Prints one JSON line with the port and the keys, and ends when its stdin is closed.
"""

import json
import logging
import sys

import boto3
import requests
from moto.core.authorization import ActionAuthenticatorMixin
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

BUCKET = "timecamp"
RIGHTS = {
    "all": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
    "nothing": ["sts:GetCallerIdentity"],
    "reader": ["s3:GetObject", "s3:ListBucket"],
}


def policy(actions):
    return json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    })


# AWS wants no signature for this call: the token is the proof. moto would want one.
authorize = ActionAuthenticatorMixin._authenticate_and_authorize_normal_action


def authorize_but_for_web_identity(self, resource="*"):
    if self._get_action() != "AssumeRoleWithWebIdentity":
        authorize(self, resource)


ActionAuthenticatorMixin._authenticate_and_authorize_normal_action = authorize_but_for_web_identity

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
url = f"http://127.0.0.1:{port}"


def client(service):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="setup", aws_secret_access_key="setup")


client("s3").create_bucket(Bucket=BUCKET)
iam = client("iam")
keys = {}
for name, actions in RIGHTS.items():
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=policy(actions))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys[name] = {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
role = iam.create_role(RoleName="pod", AssumeRolePolicyDocument=policy(["sts:AssumeRoleWithWebIdentity"]))["Role"]
iam.put_role_policy(RoleName="pod", PolicyName="rights", PolicyDocument=policy(RIGHTS["all"]))
# From here on every request is authenticated and authorized.
requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()

print(json.dumps({"port": port, "bucket": BUCKET, "keys": keys, "role": role["Arn"]}), flush=True)
sys.stdin.read()
server.stop()
