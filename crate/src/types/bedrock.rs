//! The shapes of Bedrock's control plane, service model 2023-04-20: foundation models and inference profiles. They hold data and check no limit; what creates, buys or trains is not here.

parameters! {
    /// What ListFoundationModels takes.
    ListFoundationModelsInput => ListFoundationModelsInputBuilder {
        by_provider = "byProvider": text(), bound;
        by_customization_type = "byCustomizationType": one(ModelCustomization), bound;
        by_output_modality = "byOutputModality": one(ModelModality), bound;
        by_inference_type = "byInferenceType": one(InferenceType), bound;
    }
}

structure! {
    /// What ListFoundationModels answers: all of them at once.
    ListFoundationModelsOutput => ListFoundationModelsOutputBuilder {
        model_summaries = "modelSummaries": list(FoundationModelSummary, push_model_summary);
    }
}

structure! {
    /// A foundation model in a list.
    FoundationModelSummary => FoundationModelSummaryBuilder {
        model_arn = "modelArn": text(), required;
        model_id = "modelId": text(), required;
        model_name = "modelName": text();
        provider_name = "providerName": text();
        input_modalities = "inputModalities": list(ModelModality, push_input_modality);
        output_modalities = "outputModalities": list(ModelModality, push_output_modality);
        response_streaming_supported = "responseStreamingSupported": number(bool);
        customizations_supported = "customizationsSupported": list(ModelCustomization, push_customization_supported);
        inference_types_supported = "inferenceTypesSupported": list(InferenceType, push_inference_type_supported);
        model_lifecycle = "modelLifecycle": one(FoundationModelLifecycle);
    }
}

structure! {
    /// How long a model is offered.
    FoundationModelLifecycle => FoundationModelLifecycleBuilder {
        status = "status": one(FoundationModelLifecycleStatus), required;
        start_of_life_time = "startOfLifeTime": time();
        end_of_life_time = "endOfLifeTime": time();
        legacy_time = "legacyTime": time();
        public_extended_access_time = "publicExtendedAccessTime": time();
    }
}

parameters! {
    /// What GetFoundationModel takes: a model's id or its ARN.
    GetFoundationModelInput => GetFoundationModelInputBuilder {
        model_identifier = "modelIdentifier": text(), label;
    }
}

structure! {
    /// What GetFoundationModel answers.
    GetFoundationModelOutput => GetFoundationModelOutputBuilder {
        model_details = "modelDetails": one(FoundationModelDetails);
    }
}

structure! {
    /// A foundation model.
    FoundationModelDetails => FoundationModelDetailsBuilder {
        model_arn = "modelArn": text(), required;
        model_id = "modelId": text(), required;
        model_name = "modelName": text();
        provider_name = "providerName": text();
        input_modalities = "inputModalities": list(ModelModality, push_input_modality);
        output_modalities = "outputModalities": list(ModelModality, push_output_modality);
        response_streaming_supported = "responseStreamingSupported": number(bool);
        customizations_supported = "customizationsSupported": list(ModelCustomization, push_customization_supported);
        inference_types_supported = "inferenceTypesSupported": list(InferenceType, push_inference_type_supported);
        model_lifecycle = "modelLifecycle": one(FoundationModelLifecycle);
    }
}

parameters! {
    /// What GetFoundationModelAvailability takes.
    GetFoundationModelAvailabilityInput => GetFoundationModelAvailabilityInputBuilder {
        model_id = "modelId": text(), label;
    }
}

structure! {
    /// What GetFoundationModelAvailability answers: whether this account may use the model in this region.
    GetFoundationModelAvailabilityOutput => GetFoundationModelAvailabilityOutputBuilder {
        model_id = "modelId": text(), required;
        agreement_availability = "agreementAvailability": one(AgreementAvailability), required;
        authorization_status = "authorizationStatus": one(AuthorizationStatus), required;
        entitlement_availability = "entitlementAvailability": one(EntitlementAvailability), required;
        region_availability = "regionAvailability": one(RegionAvailability), required;
    }
}

structure! {
    /// Whether there is an agreement on the model.
    AgreementAvailability => AgreementAvailabilityBuilder {
        status = "status": one(AgreementStatus), required;
        error_message = "errorMessage": text();
    }
}

parameters! {
    /// What ListInferenceProfiles takes.
    ListInferenceProfilesInput => ListInferenceProfilesInputBuilder {
        /// From 1 to 1000.
        max_results = "maxResults": number(i32), bound;
        next_token = "nextToken": text(), bound;
        type_equals = "typeEquals": one(InferenceProfileType), bound;
    }
}

structure! {
    /// What ListInferenceProfiles answers.
    ListInferenceProfilesOutput => ListInferenceProfilesOutputBuilder {
        inference_profile_summaries = "inferenceProfileSummaries": list(InferenceProfileSummary, push_inference_profile_summary);
        next_token = "nextToken": text();
    }
}

structure! {
    /// An inference profile in a list.
    InferenceProfileSummary => InferenceProfileSummaryBuilder {
        inference_profile_name = "inferenceProfileName": text(), required;
        description = "description": text();
        created_at = "createdAt": time();
        updated_at = "updatedAt": time();
        inference_profile_arn = "inferenceProfileArn": text(), required;
        models = "models": list(InferenceProfileModel, push_model), required;
        inference_profile_id = "inferenceProfileId": text(), required;
        status = "status": one(InferenceProfileStatus), required;
        r#type = "type": one(InferenceProfileType), required;
    }
}

structure! {
    /// A model that an inference profile sends requests to.
    InferenceProfileModel => InferenceProfileModelBuilder {
        model_arn = "modelArn": text();
    }
}

parameters! {
    /// What GetInferenceProfile takes: a profile's id or its ARN.
    GetInferenceProfileInput => GetInferenceProfileInputBuilder {
        inference_profile_identifier = "inferenceProfileIdentifier": text(), label;
    }
}

structure! {
    /// What GetInferenceProfile answers.
    GetInferenceProfileOutput => GetInferenceProfileOutputBuilder {
        inference_profile_name = "inferenceProfileName": text(), required;
        description = "description": text();
        created_at = "createdAt": time();
        updated_at = "updatedAt": time();
        inference_profile_arn = "inferenceProfileArn": text(), required;
        models = "models": list(InferenceProfileModel, push_model), required;
        inference_profile_id = "inferenceProfileId": text(), required;
        status = "status": one(InferenceProfileStatus), required;
        r#type = "type": one(InferenceProfileType), required;
    }
}

open_enum! {
    /// How a model can be customized.
    ModelCustomization {
        FineTuning = "FINE_TUNING", ContinuedPreTraining = "CONTINUED_PRE_TRAINING",
        Distillation = "DISTILLATION",
    }
}

open_enum! {
    /// What a model reads or writes.
    ModelModality {
        Text = "TEXT", Image = "IMAGE", Embedding = "EMBEDDING",
    }
}

open_enum! {
    /// How a model's use is paid for.
    InferenceType {
        OnDemand = "ON_DEMAND", Provisioned = "PROVISIONED",
    }
}

open_enum! {
    /// Whether a model is still developed.
    FoundationModelLifecycleStatus {
        Active = "ACTIVE", Legacy = "LEGACY",
    }
}

open_enum! {
    /// Whether an agreement on a model can be had.
    AgreementStatus {
        Available = "AVAILABLE", Pending = "PENDING", NotAvailable = "NOT_AVAILABLE", Error = "ERROR",
    }
}

open_enum! {
    /// Whether the account may use a model.
    AuthorizationStatus {
        Authorized = "AUTHORIZED", NotAuthorized = "NOT_AUTHORIZED",
    }
}

open_enum! {
    /// Whether the account is entitled to a model.
    EntitlementAvailability {
        Available = "AVAILABLE", NotAvailable = "NOT_AVAILABLE",
    }
}

open_enum! {
    /// Whether a model is in this region.
    RegionAvailability {
        Available = "AVAILABLE", NotAvailable = "NOT_AVAILABLE",
    }
}

open_enum! {
    /// Whether an inference profile can be used.
    InferenceProfileStatus {
        Active = "ACTIVE",
    }
}

open_enum! {
    /// Who made an inference profile.
    InferenceProfileType {
        SystemDefined = "SYSTEM_DEFINED", Application = "APPLICATION",
    }
}
