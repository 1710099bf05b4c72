//! The control plane's operations as methods: what there is, and whether it may be used. Nothing here changes anything.

use super::{Pages, Paginated, Response, json};
use crate::client::Bedrock;
use crate::failure::Error;
use crate::types::bedrock::{
    GetFoundationModelAvailabilityInput, GetFoundationModelAvailabilityOutput, GetFoundationModelInput,
    GetFoundationModelOutput, GetInferenceProfileInput, GetInferenceProfileOutput, InferenceProfileSummary,
    ListFoundationModelsInput, ListFoundationModelsOutput, ListInferenceProfilesInput,
    ListInferenceProfilesOutput,
};
use bytes::Bytes;

impl Bedrock {
    /// ListFoundationModels: the models of this region, all at once.
    ///
    /// ```no_run
    /// # async fn f(bedrock: outcrop::Bedrock) -> Result<(), Box<dyn std::error::Error>> {
    /// use outcrop::types::bedrock::{ListFoundationModelsInput, ModelModality};
    /// let images = ListFoundationModelsInput::builder().by_output_modality(ModelModality::Image).build()?;
    /// for model in bedrock.list_foundation_models(images).await?.model_summaries() {
    ///     println!("{}", model.model_id().unwrap_or_default());
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn list_foundation_models(
        &self,
        input: ListFoundationModelsInput,
    ) -> Result<Response<ListFoundationModelsOutput>, Error> {
        json(self.client(), "ListFoundationModels", &input, Bytes::new()).await
    }

    /// GetFoundationModel: one model, by its id or its ARN.
    pub async fn get_foundation_model(
        &self,
        input: GetFoundationModelInput,
    ) -> Result<Response<GetFoundationModelOutput>, Error> {
        json(self.client(), "GetFoundationModel", &input, Bytes::new()).await
    }

    /// GetFoundationModelAvailability: whether this account may use a model in this region.
    pub async fn get_foundation_model_availability(
        &self,
        input: GetFoundationModelAvailabilityInput,
    ) -> Result<Response<GetFoundationModelAvailabilityOutput>, Error> {
        json(self.client(), "GetFoundationModelAvailability", &input, Bytes::new()).await
    }

    /// GetInferenceProfile: one inference profile, by its id or its ARN.
    pub async fn get_inference_profile(
        &self,
        input: GetInferenceProfileInput,
    ) -> Result<Response<GetInferenceProfileOutput>, Error> {
        json(self.client(), "GetInferenceProfile", &input, Bytes::new()).await
    }

    /// ListInferenceProfiles: one page of the inference profiles that this account may use.
    pub async fn list_inference_profiles(
        &self,
        input: ListInferenceProfilesInput,
    ) -> Result<Response<ListInferenceProfilesOutput>, Error> {
        json(self.client(), "ListInferenceProfiles", &input, Bytes::new()).await
    }

    /// ListInferenceProfiles, page after page; `.items()` gives the profiles one by one.
    pub fn paginate_list_inference_profiles(
        &self,
        input: ListInferenceProfilesInput,
    ) -> Pages<ListInferenceProfilesInput> {
        Pages::new(self.client().clone(), input)
    }
}

impl Paginated for ListInferenceProfilesInput {
    const OPERATION: &'static str = "ListInferenceProfiles";
    type Output = ListInferenceProfilesOutput;
    type Item = InferenceProfileSummary;

    fn token_mut(&mut self) -> &mut Option<String> {
        &mut self.next_token
    }

    fn next_token(page: &ListInferenceProfilesOutput) -> Option<&str> {
        page.next_token()
    }

    fn items(page: ListInferenceProfilesOutput) -> Vec<InferenceProfileSummary> {
        page.inference_profile_summaries.unwrap_or_default()
    }
}
