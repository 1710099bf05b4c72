//! Images, documents, video and audio, as bytes or as a place in S3. It neither loads nor converts them.

use super::blob::Blob;
use super::citation::CitationsConfig;

structure! {
    /// An image.
    ImageBlock => ImageBlockBuilder {
        format = "format": one(ImageFormat), required;
        source = "source": one(ImageSource), required;
        /// Why the image could not be made.
        error = "error": one(ErrorBlock);
    }
}

union! {
    /// Where an image is.
    ImageSource {
        Bytes as_bytes = "bytes": one(Blob), from;
        S3Location as_s3_location = "s3Location": one(S3Location), from;
    }
}

open_enum! {
    /// How an image is encoded.
    ImageFormat {
        Png = "png", Jpeg = "jpeg", Gif = "gif", Webp = "webp",
    }
}

structure! {
    /// A document.
    DocumentBlock => DocumentBlockBuilder {
        format = "format": one(DocumentFormat);
        /// A neutral name: the model reads it.
        name = "name": text(), required;
        source = "source": one(DocumentSource), required;
        /// How the model is to read the document.
        context = "context": text();
        citations = "citations": one(CitationsConfig);
    }
}

union! {
    /// Where a document is.
    DocumentSource {
        Bytes as_bytes = "bytes": one(Blob), from;
        S3Location as_s3_location = "s3Location": one(S3Location), from;
        Text as_text = "text": text(), from;
        Content as_content = "content": list(DocumentContentBlock, push_content);
    }
}

union! {
    /// A piece of a document that is given in pieces.
    DocumentContentBlock {
        Text as_text = "text": text(), from;
    }
}

open_enum! {
    /// How a document is encoded.
    DocumentFormat {
        Pdf = "pdf", Csv = "csv", Doc = "doc", Docx = "docx", Xls = "xls", Xlsx = "xlsx",
        Html = "html", Txt = "txt", Md = "md",
    }
}

structure! {
    /// A video.
    VideoBlock => VideoBlockBuilder {
        format = "format": one(VideoFormat), required;
        source = "source": one(VideoSource), required;
    }
}

union! {
    /// Where a video is.
    VideoSource {
        Bytes as_bytes = "bytes": one(Blob), from;
        S3Location as_s3_location = "s3Location": one(S3Location), from;
    }
}

open_enum! {
    /// How a video is encoded.
    VideoFormat {
        Mkv = "mkv", Mov = "mov", Mp4 = "mp4", Webm = "webm", Flv = "flv", Mpeg = "mpeg",
        Mpg = "mpg", Wmv = "wmv", ThreeGp = "three_gp",
    }
}

structure! {
    /// Audio.
    AudioBlock => AudioBlockBuilder {
        format = "format": one(AudioFormat), required;
        source = "source": one(AudioSource), required;
        /// Why the audio could not be made.
        error = "error": one(ErrorBlock);
    }
}

union! {
    /// Where audio is.
    AudioSource {
        Bytes as_bytes = "bytes": one(Blob), from;
        S3Location as_s3_location = "s3Location": one(S3Location), from;
    }
}

open_enum! {
    /// How audio is encoded.
    AudioFormat {
        Mp3 = "mp3", Opus = "opus", Wav = "wav", Aac = "aac", Flac = "flac", Mp4 = "mp4",
        Ogg = "ogg", Mkv = "mkv", Mka = "mka", XAac = "x-aac", M4a = "m4a", Mpeg = "mpeg",
        Mpga = "mpga", Pcm = "pcm", Webm = "webm",
    }
}

structure! {
    /// An object in S3.
    S3Location => S3LocationBuilder {
        uri = "uri": text(), required;
        /// The account that owns the bucket, if it is another.
        bucket_owner = "bucketOwner": text();
    }
}

structure! {
    /// Why a piece of content is missing.
    ErrorBlock => ErrorBlockBuilder {
        message = "message": text();
    }
}

impl ImageBlock {
    /// An image.
    pub fn new(format: impl Into<ImageFormat>, source: impl Into<ImageSource>) -> Self {
        Self { format: Some(format.into()), source: Some(source.into()), ..Self::default() }
    }
}

impl DocumentBlock {
    /// A document. The model reads the name.
    pub fn new(
        name: impl Into<String>,
        format: impl Into<DocumentFormat>,
        source: impl Into<DocumentSource>,
    ) -> Self {
        Self {
            name: Some(name.into()),
            format: Some(format.into()),
            source: Some(source.into()),
            ..Self::default()
        }
    }
}

impl VideoBlock {
    /// A video.
    pub fn new(format: impl Into<VideoFormat>, source: impl Into<VideoSource>) -> Self {
        Self { format: Some(format.into()), source: Some(source.into()), ..Self::default() }
    }
}

impl AudioBlock {
    /// Audio.
    pub fn new(format: impl Into<AudioFormat>, source: impl Into<AudioSource>) -> Self {
        Self { format: Some(format.into()), source: Some(source.into()), ..Self::default() }
    }
}

impl S3Location {
    /// An object of one's own account, as `s3://bucket/key`.
    pub fn new(uri: impl Into<String>) -> Self {
        Self { uri: Some(uri.into()), ..Self::default() }
    }
}
