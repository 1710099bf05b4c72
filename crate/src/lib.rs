//! Amazon Bedrock without an AWS SDK.
