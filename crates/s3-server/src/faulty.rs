//! The service itself, with the faults that others have.

use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, GetObjectInput, GetObjectOutput, ListObjectsV2Input, ListObjectsV2Output,
    PutObjectInput, PutObjectOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::sync::Mutex;

/// What is wrong with this service.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Quirks {
    /// Ignore this header when writing
    #[arg(long)]
    ignore: Vec<Header>,
}

/// A condition of a writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Header {
    /// Only when there is nothing.
    IfNoneMatch,
    /// Only when it is this version.
    IfMatch,
}

/// One conditional writing at a time: the conditions of `s3s-fs` are looked at before the file is written, not with it.
pub(crate) struct Faulty {
    files: FileSystem,
    quirks: Quirks,
    writing: Mutex<()>,
}

impl Faulty {
    pub(crate) fn new(files: FileSystem, quirks: Quirks) -> Self {
        Self { files, quirks, writing: Mutex::new(()) }
    }
}

#[async_trait::async_trait]
impl S3 for Faulty {
    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.files.get_object(request).await
    }

    async fn put_object(&self, mut request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        if self.quirks.ignore.contains(&Header::IfNoneMatch) {
            request.input.if_none_match = None;
        }
        if self.quirks.ignore.contains(&Header::IfMatch) {
            request.input.if_match = None;
        }
        if request.input.if_match.is_none() && request.input.if_none_match.is_none() {
            return self.files.put_object(request).await;
        }
        let _alone = self.writing.lock().await;
        self.files.put_object(request).await
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.files.delete_object(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.files.list_objects_v2(request).await
    }
}
