//! The Rust of the manual's pages, compiled as documentation tests. It runs nothing: most of it would ask AWS.

macro_rules! pages {
    ($($name:ident = $page:literal;)*) => { $(
        #[doc = include_str!($page)]
        struct $name;
    )* };
}

pages! {
    Credentials = "../../../www/manual/credentials.md";
    GettingStarted = "../../../www/manual/getting-started.md";
    Models = "../../../www/manual/models.md";
    Observability = "../../../www/manual/observability.md";
    Retries = "../../../www/manual/retries.md";
    Signing = "../../../www/manual/signing.md";
    Speech = "../../../www/manual/speech.md";
    Streams = "../../../www/manual/streams.md";
    CookbookCancellation = "../../../www/manual/cookbook/cancellation.md";
    CookbookCostLimits = "../../../www/manual/cookbook/cost-limits.md";
    CookbookDocuments = "../../../www/manual/cookbook/documents.md";
    CookbookFromAwsSdk = "../../../www/manual/cookbook/from-aws-sdk.md";
    CookbookImages = "../../../www/manual/cookbook/images.md";
    CookbookPromptCaching = "../../../www/manual/cookbook/prompt-caching.md";
    CookbookRegions = "../../../www/manual/cookbook/regions.md";
    CookbookRetries = "../../../www/manual/cookbook/retries.md";
    CookbookStructuredOutput = "../../../www/manual/cookbook/structured-output.md";
    CookbookTools = "../../../www/manual/cookbook/tools.md";
}
