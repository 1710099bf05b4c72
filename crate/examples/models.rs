//! Lists what Bedrock's control plane offers: the region's text models, and the inference profiles page by page; it changes nothing.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… cargo run -p outcrop --example models
//! ```

#[allow(dead_code, reason = "this example asks no model")]
mod environment;

use futures::StreamExt;
use outcrop::types::bedrock::{ListFoundationModelsInput, ListInferenceProfilesInput, ModelModality};
use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match list().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn list() -> Result<(), Box<dyn Error>> {
    // Another service and another host, with the same settings and credentials.
    let bedrock = environment::client()?.build()?.bedrock()?;

    let text = ListFoundationModelsInput::builder().by_output_modality(ModelModality::Text).build()?;
    for model in bedrock.list_foundation_models(text).await?.model_summaries() {
        let status = model.model_lifecycle().and_then(|lifecycle| lifecycle.status());
        let status = status.map_or("?", |status| status.as_str());
        println!("{status:8} {}", model.model_id().unwrap_or_default());
    }

    let mut profiles =
        bedrock.paginate_list_inference_profiles(ListInferenceProfilesInput::default()).items();
    while let Some(profile) = profiles.next().await {
        println!("profile  {}", profile?.inference_profile_id().unwrap_or_default());
    }
    Ok(())
}
