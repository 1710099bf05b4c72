//! Starts an asynchronous invocation whose result goes to S3, waits until it is done, and lists the last ones; it reads nothing from S3.
//!
//! ```sh
//! AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… \
//!     cargo run -p outcrop --example async_invoke -- "A brook in the forest" amazon.nova-reel-v1:0 s3://bucket/videos
//! ```

mod environment;

use futures::StreamExt;
use outcrop::types::{
    AsyncInvokeS3OutputDataConfig, AsyncInvokeStatus, GetAsyncInvokeInput, ListAsyncInvokesInput, SortOrder,
    StartAsyncInvokeInput,
};
use serde_json::json;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

#[tokio::main]
async fn main() -> ExitCode {
    match make().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn make() -> Result<(), Box<dyn Error>> {
    let bedrock = environment::client()?.build()?;
    let (prompt, model) = environment::prompt_and_model();
    let place = std::env::args().nth(3).ok_or("The third argument is a place in S3: s3://bucket/prefix")?;

    let input = StartAsyncInvokeInput::builder()
        .model_id(model)
        .model_input(json!({ "taskType": "TEXT_VIDEO", "textToVideoParams": { "text": prompt } }))
        .output_data_config(AsyncInvokeS3OutputDataConfig::builder().s3_uri(place).build()?)
        .build()?;
    // A token that makes a repeated request the same request is filled in.
    let started = bedrock.start_async_invoke(input).await?;
    let arn = started.invocation_arn().unwrap_or_default();

    let ask = GetAsyncInvokeInput::builder().invocation_arn(arn).build()?;
    let done = loop {
        let state = bedrock.get_async_invoke(ask.clone()).await?;
        if state.status() != Some(&AsyncInvokeStatus::InProgress) {
            break state;
        }
        // Videos take minutes.
        tokio::time::sleep(Duration::from_secs(10)).await;
    };
    println!("{arn}: {}", done.status().map_or("?", |status| status.as_str()));

    let newest = ListAsyncInvokesInput::builder().sort_order(SortOrder::Descending).build()?;
    let mut invocations = bedrock.paginate_list_async_invokes(newest).items().take(5);
    while let Some(invocation) = invocations.next().await {
        let invocation = invocation?;
        let time = invocation.submit_time().map(|time| time.to_string()).unwrap_or_default();
        println!("{time} {}", invocation.invocation_arn().unwrap_or_default());
    }
    Ok(())
}
