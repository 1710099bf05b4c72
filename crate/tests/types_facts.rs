//! The shapes against the facts of the service models: every structure, union and enumeration of every operation of
//! bedrock-runtime, and of five of bedrock, exists, knows every member and value, and requires what the model
//! requires. It judges the shapes, not the services. Over 400 lines, as a fifth of them is the list of names.
#![cfg(feature = "types")]

use outcrop::types::bedrock::*;
use outcrop::types::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/facts");

/// Reads a shape: what it writes again, and how it looks in Debug.
type Read = fn(&Value) -> Result<(Value, String), serde_json::Error>;

fn read<T: DeserializeOwned + Serialize + Debug>(
    value: &Value,
) -> Result<(Value, String), serde_json::Error> {
    let shape: T = serde_json::from_str(&value.to_string())?;
    Ok((serde_json::to_value(&shape)?, format!("{shape:?}")))
}

macro_rules! shapes {
    ($( $model:ident $(= $ours:ident)? ),+ $(,)?) => {
        &[$( (stringify!($model), shapes!(@ $model $($ours)?)) ),+]
    };
    (@ $model:ident) => { (stringify!($model), read::<$model>) };
    (@ $model:ident $ours:ident) => { (stringify!($ours), read::<$ours>) };
}

/// The model's name, and ours.
const SHAPES: &[(&str, (&str, Read))] = shapes! {
    Message, ContentBlock, SystemContentBlock, CachePointBlock, ReasoningContentBlock, ReasoningTextBlock,
    ImageBlock, ImageSource, DocumentBlock, DocumentSource, DocumentContentBlock, VideoBlock, VideoSource,
    AudioBlock, AudioSource, S3Location, ErrorBlock, CitationsConfig, CitationsContentBlock,
    CitationGeneratedContent, Citation, CitationSourceContent, CitationLocation, WebLocation,
    DocumentCharLocation, DocumentPageLocation, DocumentChunkLocation, SearchResultLocation,
    SearchResultBlock, SearchResultContentBlock, ToolConfiguration, Tool, ToolSpecification, ToolInputSchema,
    SystemTool, ToolChoice, AutoToolChoice, AnyToolChoice, SpecificToolChoice, ToolUseBlock, ToolResultBlock,
    ToolResultContentBlock, ToolAdditionBlock, ToolRemovalBlock, ToolReference, GuardrailConfiguration,
    GuardrailStreamConfiguration, GuardrailConverseContentBlock, GuardrailConverseTextBlock,
    GuardrailConverseImageBlock, GuardrailConverseImageSource, GuardrailTraceAssessment, GuardrailAssessment,
    GuardrailInvocationMetrics, GuardrailUsage, GuardrailCoverage, GuardrailTextCharactersCoverage,
    GuardrailImageCoverage, AppliedGuardrailDetails, GuardrailTopicPolicyAssessment, GuardrailTopic,
    GuardrailContentPolicyAssessment, GuardrailContentFilter, GuardrailWordPolicyAssessment,
    GuardrailCustomWord, GuardrailManagedWord, GuardrailSensitiveInformationPolicyAssessment,
    GuardrailPiiEntityFilter, GuardrailRegexFilter, GuardrailContextualGroundingPolicyAssessment,
    GuardrailContextualGroundingFilter, GuardrailAutomatedReasoningPolicyAssessment,
    GuardrailAutomatedReasoningFinding, GuardrailAutomatedReasoningValidFinding,
    GuardrailAutomatedReasoningInvalidFinding, GuardrailAutomatedReasoningSatisfiableFinding,
    GuardrailAutomatedReasoningImpossibleFinding, GuardrailAutomatedReasoningTranslationAmbiguousFinding,
    GuardrailAutomatedReasoningTooComplexFinding, GuardrailAutomatedReasoningNoTranslationsFinding,
    GuardrailAutomatedReasoningTranslation, GuardrailAutomatedReasoningTranslationOption,
    GuardrailAutomatedReasoningInputTextReference, GuardrailAutomatedReasoningStatement,
    GuardrailAutomatedReasoningScenario, GuardrailAutomatedReasoningRule,
    GuardrailAutomatedReasoningLogicWarning, ConverseRequest = ConverseInput,
    ConverseStreamRequest = ConverseStreamInput, InferenceConfiguration, PromptVariableValues,
    PerformanceConfiguration, ServiceTier, OutputConfig, OutputFormat, OutputFormatStructure,
    JsonSchemaDefinition, ConverseResponse = ConverseOutput, ConverseOutput = ConverseOutputUnion, TokenUsage,
    CacheDetail, ConverseMetrics, ConverseTrace, PromptRouterTrace, MessageStartEvent, ContentBlockStartEvent,
    ContentBlockStart, ToolUseBlockStart, ToolResultBlockStart, ImageBlockStart, ContentBlockDeltaEvent,
    ContentBlockDelta, ToolUseBlockDelta, ToolResultBlockDelta, ReasoningContentBlockDelta, CitationsDelta,
    CitationSourceContentDelta, ImageBlockDelta, ContentBlockStopEvent, MessageStopEvent,
    ConverseStreamMetadataEvent, ConverseStreamMetrics, ConverseStreamTrace, PayloadPart,
    CountTokensRequest = CountTokensInput, CountTokensInput = CountTokensInputUnion, InvokeModelTokensRequest,
    ConverseTokensRequest, CountTokensResponse = CountTokensOutput,
    ApplyGuardrailRequest = ApplyGuardrailInput, GuardrailContentBlock, GuardrailTextBlock,
    GuardrailImageBlock, GuardrailImageSource, ApplyGuardrailResponse = ApplyGuardrailOutput,
    GuardrailOutputContent, InvokeGuardrailChecksRequest = InvokeGuardrailChecksInput, GuardrailChecksMessage,
    GuardrailChecksContentBlock, GuardrailChecksConfig, GuardrailChecksContentFilterConfig,
    GuardrailChecksContentFilterCategoryConfig, GuardrailChecksPromptAttackConfig,
    GuardrailChecksPromptAttackCategoryConfig, GuardrailChecksSensitiveInformationConfig,
    GuardrailChecksSensitiveInformationEntityConfig,
    InvokeGuardrailChecksResponse = InvokeGuardrailChecksOutput, GuardrailChecksResults,
    GuardrailChecksContentFilterResult, GuardrailChecksContentFilterResultEntry,
    GuardrailChecksPromptAttackResult, GuardrailChecksPromptAttackResultEntry,
    GuardrailChecksSensitiveInformationResult, GuardrailChecksSensitiveInformationResultEntry,
    GuardrailChecksUsageResults, GuardrailChecksContentFilterUsage, GuardrailChecksPromptAttackUsage,
    GuardrailChecksSensitiveInformationUsage, StartAsyncInvokeRequest = StartAsyncInvokeInput,
    AsyncInvokeOutputDataConfig, AsyncInvokeS3OutputDataConfig, Tag,
    StartAsyncInvokeResponse = StartAsyncInvokeOutput, GetAsyncInvokeResponse = GetAsyncInvokeOutput,
    ListAsyncInvokesResponse = ListAsyncInvokesOutput, AsyncInvokeSummary, BidirectionalInputPayloadPart,
    BidirectionalOutputPayloadPart,
};

const CONTROL_SHAPES: &[(&str, (&str, Read))] = shapes! {
    ListFoundationModelsResponse = ListFoundationModelsOutput, FoundationModelSummary,
    FoundationModelLifecycle, GetFoundationModelResponse = GetFoundationModelOutput, FoundationModelDetails,
    GetFoundationModelAvailabilityResponse = GetFoundationModelAvailabilityOutput, AgreementAvailability,
    ListInferenceProfilesResponse = ListInferenceProfilesOutput, InferenceProfileSummary,
    InferenceProfileModel, GetInferenceProfileResponse = GetInferenceProfileOutput,
};

macro_rules! enumerations {
    ($( $model:ident $(= $ours:ident)? ),+ $(,)?) => {
        &[$( (stringify!($model), enumerations!(@ $model $($ours)?)) ),+]
    };
    (@ $model:ident) => { $model::VALUES };
    (@ $model:ident $ours:ident) => { $ours::VALUES };
}

const ENUMERATIONS: &[(&str, &[&str])] = enumerations! {
    ConversationRole, CachePointType, CacheTTL = CacheTtl, ImageFormat, DocumentFormat, VideoFormat,
    AudioFormat, ToolUseType, ToolResultStatus, GuardrailTrace, GuardrailStreamProcessingMode,
    GuardrailConverseContentQualifier, GuardrailConverseImageFormat, GuardrailOrigin, GuardrailOwnership,
    GuardrailTopicType, GuardrailTopicPolicyAction, GuardrailContentFilterType,
    GuardrailContentFilterConfidence, GuardrailContentFilterStrength, GuardrailContentPolicyAction,
    GuardrailManagedWordType, GuardrailWordPolicyAction, GuardrailPiiEntityType,
    GuardrailSensitiveInformationPolicyAction, GuardrailContextualGroundingFilterType,
    GuardrailContextualGroundingPolicyAction, GuardrailAutomatedReasoningLogicWarningType,
    PerformanceConfigLatency, ServiceTierType, OutputFormatType, StopReason, Trace, GuardrailContentSource,
    GuardrailOutputScope, GuardrailContentQualifier, GuardrailImageFormat, GuardrailAction,
    GuardrailChecksRole, GuardrailChecksContentFilterCategory, GuardrailChecksPromptAttackCategory,
    GuardrailChecksSensitiveInformationEntityType, AsyncInvokeStatus, SortAsyncInvocationBy, SortOrder,
};

const CONTROL_ENUMERATIONS: &[(&str, &[&str])] = enumerations! {
    ModelCustomization, ModelModality, InferenceType, FoundationModelLifecycleStatus, AgreementStatus,
    AuthorizationStatus, EntitlementAvailability, RegionAvailability, InferenceProfileStatus,
    InferenceProfileType,
};

/// Parameters whose names are ours and that are not JSON: only their definitions are compared.
const PARAMETERS: &[(&str, &str)] = &[
    ("InvokeModelRequest", "InvokeModelInput"),
    ("InvokeModelWithResponseStreamRequest", "InvokeModelWithResponseStreamInput"),
    ("GetAsyncInvokeRequest", "GetAsyncInvokeInput"),
    ("ListAsyncInvokesRequest", "ListAsyncInvokesInput"),
    ("InvokeModelWithBidirectionalStreamRequest", "InvokeModelWithBidirectionalStreamInput"),
];

const CONTROL_PARAMETERS: &[(&str, &str)] = &[
    ("ListFoundationModelsRequest", "ListFoundationModelsInput"),
    ("GetFoundationModelRequest", "GetFoundationModelInput"),
    ("GetFoundationModelAvailabilityRequest", "GetFoundationModelAvailabilityInput"),
    ("ListInferenceProfilesRequest", "ListInferenceProfilesInput"),
    ("GetInferenceProfileRequest", "GetInferenceProfileInput"),
];

/// Shapes that have no definition by macro: streams and answers with a payload of bytes.
const BY_HAND: &[&str] = &[
    "ConverseStreamOutput",
    "ConverseStreamResponse",
    "InvokeModelResponse",
    "InvokeModelWithBidirectionalStreamInput",
    "InvokeModelWithBidirectionalStreamOutput",
    "InvokeModelWithBidirectionalStreamResponse",
    "InvokeModelWithResponseStreamResponse",
    "ResponseStream",
];

/// What a service's model says, and what there is of it here.
struct Facts {
    model: Value,
    shapes: &'static [(&'static str, (&'static str, Read))],
    enumerations: &'static [(&'static str, &'static [&'static str])],
    parameters: &'static [(&'static str, &'static str)],
    by_hand: &'static [&'static str],
}

impl Facts {
    fn read(file: &str) -> Option<Value> {
        if !Path::new(FACTS).exists() {
            println!("1 skipped: no ../shared/facts");
            return None;
        }
        let text = std::fs::read_to_string(Path::new(FACTS).join(file)).expect("reads");
        Some(serde_json::from_str(&text).expect("is JSON"))
    }

    fn runtime() -> Option<Self> {
        let model = Self::read("bedrock-runtime.json")?;
        let (shapes, enumerations) = (SHAPES, ENUMERATIONS);
        Some(Self { model, shapes, enumerations, parameters: PARAMETERS, by_hand: BY_HAND })
    }

    fn control() -> Option<Self> {
        let model = Self::read("bedrock-models.json")?;
        let (shapes, enumerations) = (CONTROL_SHAPES, CONTROL_ENUMERATIONS);
        Some(Self { model, shapes, enumerations, parameters: CONTROL_PARAMETERS, by_hand: &[] })
    }

    fn both() -> impl Iterator<Item = Self> {
        [Self::runtime(), Self::control()].into_iter().flatten()
    }

    fn has(&self, kind: &str, name: &str) -> bool {
        self.model[kind].get(name).is_some()
    }

    fn members(&self, structure: &str) -> Vec<(&str, &Value)> {
        let members =
            self.model["structures"][structure]["members"].as_object().expect("a structure has members");
        members.iter().map(|(name, member)| (name.as_str(), member)).collect()
    }

    fn values(&self, enumeration: &str) -> Vec<&str> {
        let values = self.model["enums"][enumeration].as_array().expect("an enumeration has values");
        values.iter().filter_map(Value::as_str).collect()
    }

    fn is_union(&self, name: &str) -> bool {
        self.model["structures"][name]["union"] == true
    }

    fn is_document(&self, name: &str) -> bool {
        self.model["structures"][name]["document"] == true
    }

    /// Structures, unions and enumerations below every operation.
    fn reached(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for operation in self.model["operations"].as_object().expect("there are operations").values() {
            for side in ["input", "output"] {
                self.walk(operation[side]["shape"].as_str().expect("a side has a shape"), &mut found);
            }
        }
        found
    }

    fn walk<'a>(&'a self, name: &'a str, found: &mut BTreeSet<&'a str>) {
        if let Some(item) = self.model["lists"][name]["item"].as_str() {
            self.walk(item, found);
        } else if let Some(value) = self.model["maps"][name]["value"].as_str() {
            self.walk(value, found);
        } else if self.has("enums", name) {
            found.insert(name);
        } else if self.has("structures", name) {
            let exception = self.model["structures"][name]["exception"] == true;
            if !exception && !self.is_document(name) && found.insert(name) {
                for (_, member) in self.members(name) {
                    self.walk(target(member), found);
                }
            }
        }
    }

    /// A document of this shape with every member that a body can have; a list holds every alternative.
    fn maximal(&self, name: &str) -> Value {
        if self.is_document(name) {
            return json!({ "free": [1, "JSON"] });
        }
        if let Some(item) = self.model["lists"][name]["item"].as_str() {
            return Value::Array(self.alternatives(item));
        }
        if let Some(value) = self.model["maps"][name]["value"].as_str() {
            return json!({ "key": self.maximal(value) });
        }
        if self.has("enums", name) || self.is_union(name) {
            return self.alternatives(name).swap_remove(0);
        }
        if self.has("structures", name) {
            let members =
                self.members(name).into_iter().filter(|(_, member)| member.get("location").is_none());
            return members
                .map(|(name, member)| (name.to_owned(), self.maximal(target(member))))
                .collect::<Map<_, _>>()
                .into();
        }
        match self.model["scalars"][name]["type"].as_str() {
            Some("string") => json!("text"),
            Some("timestamp") => json!("2024-12-03T04:05:06Z"),
            Some("blob") => json!("AAEC"),
            Some("boolean") => json!(true),
            Some("integer") => json!(i32::MAX),
            Some("long") => json!(i64::MAX),
            Some("float" | "double") => json!(0.7),
            other => panic!("{name}: {other:?}"),
        }
    }

    /// Every alternative of a union, every value of an enumeration, the one document of anything else.
    fn alternatives(&self, name: &str) -> Vec<Value> {
        if self.has("enums", name) {
            self.values(name).into_iter().map(Value::from).collect()
        } else if self.is_union(name) {
            let members = self.members(name).into_iter();
            members.map(|(name, member)| json!({ name: self.maximal(target(member)) })).collect()
        } else {
            vec![self.maximal(name)]
        }
    }
}

fn target(member: &Value) -> &str {
    member["enum_ref"].as_str().or(member["shape"].as_str()).expect("a member has a shape")
}

/// Nothing may have been unknown: no `other` with something in it, no unknown alternative or value.
fn all_known(debug: &str) -> bool {
    !debug.contains("Unknown(") && debug.matches("other: {").count() == debug.matches("other: {}").count()
}

#[test]
fn every_shape_is_there() {
    for facts in Facts::both() {
        let ours = facts.shapes.iter().map(|shape| shape.0).chain(facts.enumerations.iter().map(|one| one.0));
        let ours = ours.chain(facts.parameters.iter().map(|one| one.0)).chain(facts.by_hand.iter().copied());
        assert_eq!(ours.collect::<BTreeSet<_>>(), facts.reached());
    }
}

#[test]
fn every_member_is_known() {
    for facts in Facts::both() {
        let mut documents = 0;
        for (model, (ours, read)) in facts.shapes {
            for document in facts.alternatives(model) {
                let (written, debug) =
                    read(&document).unwrap_or_else(|error| panic!("{ours}: {error}: {document}"));
                assert_eq!(written, document, "{ours}");
                assert!(all_known(&debug), "{ours} does not know all of {document}: {debug}");
                documents += 1;
            }
        }
        println!("{documents} documents of {} shapes", facts.shapes.len());
    }
}

#[test]
fn every_value_is_known() {
    for facts in Facts::both() {
        for (model, values) in facts.enumerations {
            assert_eq!(*values, facts.values(model), "{model}");
        }
    }
}

#[test]
fn every_event_is_known() {
    let Some(facts) = Facts::runtime() else { return };
    for stream in ["ConverseStreamOutput", "InvokeModelWithBidirectionalStreamOutput"] {
        for (name, member) in facts.members(stream) {
            if facts.model["structures"][target(member)]["exception"] == true {
                continue;
            }
            let payload = facts.maximal(target(member)).to_string();
            let known = if stream == "ConverseStreamOutput" {
                let event = ConverseStreamEvent::from_event(name, payload.as_bytes()).expect("reads");
                !matches!(event, ConverseStreamEvent::Unknown { .. })
            } else {
                let event = BidirectionalOutputEvent::from_event(name, payload.as_bytes()).expect("reads");
                event.as_bytes() == [0, 1, 2]
            };
            assert!(known, "{name}");
        }
    }
    let sent: Vec<_> = facts.members("InvokeModelWithBidirectionalStreamInput");
    let ours = BidirectionalInputEvent::chunk([0, 1, 2]);
    assert_eq!(sent.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [ours.event_type()]);
    let payload: Value = serde_json::from_slice(&ours.to_payload().expect("writes")).expect("is JSON");
    assert_eq!(payload, facts.maximal(target(sent[0].1)));
}

/// A definition, as it stands in `src/types`: its members as (wire name, kind, flag).
type Definition = (String, Vec<(String, String, String)>);

/// Reads the macros' members: `field = "wireName": kind(type), flag;`.
fn definitions() -> BTreeMap<String, Definition> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/types"));
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("lists") {
        let text = std::fs::read_to_string(file.expect("lists").path()).expect("reads");
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            let Some(kind @ ("structure" | "parameters" | "union")) = line.strip_suffix("! {") else {
                continue;
            };
            let mut body =
                lines.by_ref().take_while(|line| *line != "}").filter(|line| !line.starts_with("///"));
            let head = body.next().expect("a definition has a name");
            let name = head.split(' ').next().expect("a definition has a name").to_owned();
            let members = body.map(|line| {
                let (left, right) = line.split_once(": ").expect("a member has a kind");
                let wire = left.split('"').nth(1).expect("a member has a name on the wire");
                let right = right.strip_suffix(';').expect("a member ends");
                let (kind, flag) = right.rsplit_once("), ").map_or((right, ""), |(kind, flag)| (kind, flag));
                (wire.to_owned(), format!("{})", kind.trim_end_matches(')')), flag.to_owned())
            });
            found.insert(name, (kind.to_owned(), members.collect()));
        }
    }
    found
}

#[test]
fn every_definition_is_the_models() {
    let definitions = definitions();
    for facts in Facts::both() {
        assert_eq!(complaints(&facts, &definitions), Vec::<String>::new());
    }
}

/// Our definitions of the model's shapes: the model's name, and ours.
fn named(facts: &Facts) -> BTreeMap<&'static str, &'static str> {
    let shapes = facts.shapes.iter().map(|(model, (ours, _))| (*model, *ours));
    shapes.chain(facts.parameters.iter().copied()).collect()
}

/// What the definitions lack, have too much or have otherwise.
fn complaints(facts: &Facts, definitions: &BTreeMap<String, Definition>) -> Vec<String> {
    let names = named(facts);
    let of =
        |(model, ours): (&&str, &&str)| complaints_of(facts, &names, (model, ours), definitions.get(*ours));
    names.iter().flat_map(of).collect()
}

/// The complaints about one definition.
fn complaints_of(
    facts: &Facts,
    names: &BTreeMap<&str, &str>,
    (model, ours): (&str, &str),
    definition: Option<&Definition>,
) -> Vec<String> {
    let Some((kind, members)) = definition else {
        return vec![format!("{ours} has no definition")];
    };
    let mut complaints = Vec::new();
    if (kind == "union") != facts.is_union(model) {
        complaints.push(format!("{ours} is a {kind}"));
    }
    let mut left: Vec<_> = members.iter().collect();
    // An event stream is not part of its operation's parameters.
    let of_model =
        facts.members(model).into_iter().filter(|(_, member)| member["target_eventstream"] != true);
    for (name, member) in of_model {
        let Some(place) = left.iter().position(|(wire, ..)| wire == name) else {
            complaints.push(format!("{ours} has no {name}"));
            continue;
        };
        let (_, kind, flag) = left.remove(place);
        let wanted = match (member["location"].as_str(), member["required"] == true) {
            (Some("uri"), _) => "label",
            (Some(_), _) => "bound",
            (None, true) => "required",
            (None, false) => "",
        };
        if flag != wanted && !facts.is_union(model) {
            complaints.push(format!("{ours}.{name} is \"{flag}\", not \"{wanted}\""));
        }
        let wanted = expected_kind(facts, names, target(member));
        if !kind.starts_with(&wanted) {
            complaints.push(format!("{ours}.{name}: found {kind}, expected {wanted}"));
        }
    }
    complaints.extend(left.iter().map(|(wire, ..)| format!("{ours}.{wire} is not the model's")));
    complaints
}

/// Whatever is taken from a definition, or changed in it, is complained about.
#[test]
fn a_change_of_a_definition_is_noticed() {
    let definitions = definitions();
    let mut changes = 0;
    for facts in Facts::both() {
        let names = named(&facts);
        for (model, ours) in &names {
            let mut noticed = |change: &dyn Fn(&mut Definition)| {
                let mut changed = definitions[*ours].clone();
                change(&mut changed);
                assert!(
                    !complaints_of(&facts, &names, (model, ours), Some(&changed)).is_empty(),
                    "{changed:?}"
                );
                changes += 1;
            };
            let other = if facts.is_union(model) { "structure" } else { "union" };
            noticed(&|definition| definition.0 = other.into());
            noticed(&|definition| definition.1.push(("more".into(), "text()".into(), String::new())));
            for member in 0..definitions[*ours].1.len() {
                noticed(&|definition| drop(definition.1.remove(member)));
                noticed(&|definition| definition.1[member].0.push('x'));
                noticed(&|definition| definition.1[member].1.insert(0, 'x'));
                if !facts.is_union(model) {
                    noticed(&|definition| definition.1[member].2.push('x'));
                }
            }
            assert_eq!(complaints_of(&facts, &names, (model, ours), None).len(), 1, "{ours}");
        }
    }
    println!("{changes} changes");
}

/// How a member's kind begins, by what it points at.
fn expected_kind(facts: &Facts, names: &BTreeMap<&str, &str>, shape: &str) -> String {
    let ours = |shape: &str| names.get(shape).unwrap_or(&shape).replace("CacheTTL", "CacheTtl");
    if facts.is_document(shape) {
        return "document()".into();
    }
    // What a list or a map holds; the model's own lists in maps are `Vec`s.
    let held = |shape: &str| match facts.model["scalars"][shape]["type"].as_str() {
        Some("string") => "String".to_owned(),
        _ => facts.model["lists"][shape]["item"]
            .as_str()
            .map_or_else(|| ours(shape), |item| format!("Vec<{}>", ours(item))),
    };
    if let Some(item) = facts.model["lists"][shape]["item"].as_str() {
        return format!("list({}, ", held(item));
    }
    if let Some(value) = facts.model["maps"][shape]["value"].as_str() {
        return format!("map({})", held(value));
    }
    match facts.model["scalars"][shape]["type"].as_str() {
        Some("string") => "text()".into(),
        Some("timestamp") => "time()".into(),
        Some("blob") => "one(Blob)".into(),
        Some("boolean") => "number(bool)".into(),
        Some("integer") => "number(i32)".into(),
        Some("long") => "number(i64)".into(),
        Some("float" | "double") => "number(f64)".into(),
        _ => format!("one({})", ours(shape)),
    }
}
