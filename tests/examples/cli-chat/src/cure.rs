//! What a user can do about an error, in a sentence.

use outcrop::Error;
use outcrop::error::Who;

/// For an error of a call.
pub fn of(error: &Error) -> &'static str {
    match error.name() {
        "AccessDeniedException" => {
            "Enable the model in AWS's console, in this region, and allow bedrock:InvokeModelWithResponseStream on it."
        }
        "ExpiredTokenException" => "Get new credentials.",
        "UnrecognizedClientException" | "InvalidSignatureException" | "IncompleteSignatureException" => {
            "Look at the credentials in the environment: they are not AWS's, or not of one set."
        }
        "ResourceNotFoundException" | "ValidationException" => {
            "Look at the model's id and the region: /model ID takes another."
        }
        "ThrottlingException" | "ServiceQuotaExceededException" | "ModelNotReadyException" => {
            "Wait a little and ask again."
        }
        _ => match error.who() {
            Who::Caller => "Look at what was asked and at the options: --help names them.",
            Who::Aws => "That is AWS's; ask again later.",
            Who::Network => "Look at the network, and ask again.",
            // Outcrop, and who else there may be one day.
            _ => "That is a bug in outcrop: please report it.",
        },
    }
}
