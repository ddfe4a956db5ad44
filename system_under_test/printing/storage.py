"""The object store (S3 protocol), used through boto3 from threads."""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from system_under_test.settings import WorkerSettings


class StorageError(Exception):
    """The object store did not do what was asked; the cause is chained."""


class ObjectStore:
    """One bucket of the object store. Methods raise StorageError; limits: 2 s connect, 5 s read."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._bucket = settings.storage_bucket
        self._may_create = not settings.is_production
        # A session of its own: boto3's default session is not safe to share between threads.
        session = boto3.session.Session()

        def client(endpoint: str) -> Any:
            return session.client(
                "s3",
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id=settings.storage_access_key.get_secret_value(),
                aws_secret_access_key=settings.storage_secret_key.get_secret_value(),
                config=Config(
                    connect_timeout=2,
                    read_timeout=5,
                    retries={"max_attempts": 1},
                    signature_version="s3v4",
                    s3={"addressing_style": "path"},
                    max_pool_connections=20,
                ),
            )

        self._client: Any = client(settings.storage_endpoint)
        # A signature covers the host, so links must be signed for the address that browsers use.
        public = settings.browser_storage_endpoint
        self._signer: Any = self._client if public == settings.storage_endpoint else client(public)

    def check(self) -> None:
        """Raise StorageError unless the bucket answers; a missing one is made outside production."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            missing = error.response.get("Error", {}).get("Code") in {"404", "NoSuchBucket"}
            if not (missing and self._may_create):
                raise StorageError("the bucket does not answer") from error
            self._create_bucket()
        except BotoCoreError as error:
            raise StorageError("the object store does not answer") from error

    def _create_bucket(self) -> None:
        try:
            self._client.create_bucket(Bucket=self._bucket)
        except ClientError as error:
            # Another process of the shop may have been quicker.
            if error.response.get("Error", {}).get("Code") != "BucketAlreadyOwnedByYou":
                raise StorageError("the bucket cannot be made") from error
        except BotoCoreError as error:
            raise StorageError("the object store does not answer") from error

    def put(self, key: str, body: bytes, content_type: str, sha256: str) -> None:
        """Store ``body`` under ``key`` with its checksum as metadata; overwrites."""
        values = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
            "Metadata": {"sha256": sha256},
        }
        try:
            try:
                self._client.put_object(**values)
            except self._client.exceptions.NoSuchBucket:
                # A double that was started again has forgotten its buckets.
                self.check()
                self._client.put_object(**values)
        except (BotoCoreError, ClientError) as error:
            raise StorageError("the object could not be stored") from error

    def delete(self, key: str) -> None:
        """Remove the object under ``key``; nothing happens when there is none."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchBucket:
            return
        except (BotoCoreError, ClientError) as error:
            raise StorageError("the object could not be removed") from error

    def presign(self, key: str, file_name: str, lifetime_seconds: int) -> str:
        """Return an address at which any browser may fetch the object as ``file_name`` for a while.

        Made without asking the store; ``file_name`` is plain ASCII.
        """
        values = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": "application/pdf",
            "ResponseContentDisposition": f'attachment; filename="{file_name}"',
            "ResponseCacheControl": "private, no-store",
        }
        try:
            url: str = self._signer.generate_presigned_url("get_object", Params=values, ExpiresIn=lifetime_seconds)
        except (BotoCoreError, ClientError) as error:
            raise StorageError("the address could not be signed") from error
        return url

    def open(self, key: str) -> tuple[int, Iterator[bytes]]:
        """Return the length in bytes and the chunks of the object under ``key``."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise StorageError("the object could not be read") from error
        return int(answer["ContentLength"]), answer["Body"].iter_chunks(65536)
