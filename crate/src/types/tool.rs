//! Tools: what a model may call, its calls, and the results sent back. It does not check a call against its schema.

use super::citation::SearchResultBlock;
use super::media::{DocumentBlock, ImageBlock, VideoBlock};
use super::message::CachePointBlock;
use serde_json::Value;

structure! {
    /// The tools of a request.
    ToolConfiguration => ToolConfigurationBuilder {
        tools = "tools": list(Tool, push_tool), required;
        tool_choice = "toolChoice": one(ToolChoice);
    }
}

union! {
    /// A tool that the model may call.
    Tool {
        ToolSpec as_tool_spec = "toolSpec": one(ToolSpecification), from;
        SystemTool as_system_tool = "systemTool": one(SystemTool), from;
        CachePoint as_cache_point = "cachePoint": one(CachePointBlock), from;
    }
}

structure! {
    /// A tool as its author describes it.
    ToolSpecification => ToolSpecificationBuilder {
        name = "name": text(), required;
        description = "description": text();
        input_schema = "inputSchema": one(ToolInputSchema), required;
        /// Whether calls must fit the schema exactly.
        strict = "strict": number(bool);
    }
}

union! {
    /// What a tool's input looks like.
    ToolInputSchema {
        /// A JSON schema.
        Json as_json = "json": document();
    }
}

structure! {
    /// A tool that the service runs.
    SystemTool => SystemToolBuilder {
        name = "name": text(), required;
    }
}

union! {
    /// Whether and which tool the model must call.
    ToolChoice {
        /// The model decides; the default.
        Auto as_auto = "auto": one(AutoToolChoice), from;
        /// Some tool must be called.
        Any as_any = "any": one(AnyToolChoice), from;
        /// This tool must be called.
        Tool as_tool = "tool": one(SpecificToolChoice), from;
    }
}

structure! {
    /// The model decides.
    AutoToolChoice => AutoToolChoiceBuilder {}
}

structure! {
    /// The model calls some tool.
    AnyToolChoice => AnyToolChoiceBuilder {}
}

structure! {
    /// The model calls this tool.
    SpecificToolChoice => SpecificToolChoiceBuilder {
        name = "name": text(), required;
    }
}

structure! {
    /// A call of a tool.
    ToolUseBlock => ToolUseBlockBuilder {
        /// Repeated in the result.
        tool_use_id = "toolUseId": text(), required;
        name = "name": text(), required;
        /// Free JSON that should fit the tool's schema.
        input = "input": document(), required;
        r#type = "type": one(ToolUseType);
    }
}

open_enum! {
    /// Who runs the tool.
    ToolUseType {
        ServerToolUse = "server_tool_use",
    }
}

structure! {
    /// The result of a call.
    ToolResultBlock => ToolResultBlockBuilder {
        /// The id of the call.
        tool_use_id = "toolUseId": text(), required;
        content = "content": list(ToolResultContentBlock, push_content), required;
        status = "status": one(ToolResultStatus);
        r#type = "type": text();
    }
}

union! {
    /// A piece of a result.
    ToolResultContentBlock {
        /// Free JSON.
        Json as_json = "json": document();
        Text as_text = "text": text(), from;
        Image as_image = "image": one(ImageBlock), from;
        Document as_document = "document": one(DocumentBlock), from;
        Video as_video = "video": one(VideoBlock), from;
        SearchResult as_search_result = "searchResult": one(SearchResultBlock), from;
    }
}

open_enum! {
    /// Whether a call succeeded.
    ToolResultStatus {
        Success = "success", Error = "error",
    }
}

structure! {
    /// A tool that is available from here on.
    ToolAdditionBlock => ToolAdditionBlockBuilder {
        tool = "tool": one(ToolReference), required;
    }
}

structure! {
    /// A tool that is gone from here on.
    ToolRemovalBlock => ToolRemovalBlockBuilder {
        tool = "tool": one(ToolReference), required;
    }
}

structure! {
    /// Names a tool.
    ToolReference => ToolReferenceBuilder {
        r#type = "type": text();
        name = "name": text();
        server_name = "serverName": text();
    }
}

impl ToolConfiguration {
    /// These tools, of which the model may choose.
    pub fn new(tools: impl IntoIterator<Item = impl Into<Tool>>) -> Self {
        Self { tools: Some(tools.into_iter().map(Into::into).collect()), ..Self::default() }
    }
}

impl Tool {
    /// A tool: its name, what it is for, and the JSON schema of its input.
    pub fn new(name: impl Into<String>, description: impl Into<String>, schema: impl Into<Value>) -> Self {
        Self::ToolSpec(ToolSpecification {
            name: Some(name.into()),
            description: Some(description.into()),
            input_schema: Some(ToolInputSchema::Json(schema.into())),
            ..ToolSpecification::default()
        })
    }
}

impl ToolChoice {
    /// The model decides.
    pub fn auto() -> Self {
        Self::Auto(AutoToolChoice::default())
    }

    /// The model must call some tool.
    pub fn any() -> Self {
        Self::Any(AnyToolChoice::default())
    }

    /// The model must call this tool.
    pub fn tool(name: impl Into<String>) -> Self {
        Self::Tool(SpecificToolChoice { name: Some(name.into()), ..SpecificToolChoice::default() })
    }
}

impl ToolResultBlock {
    /// The result of the call with this id.
    pub fn new(
        tool_use_id: impl Into<String>,
        content: impl IntoIterator<Item = impl Into<ToolResultContentBlock>>,
    ) -> Self {
        Self {
            tool_use_id: Some(tool_use_id.into()),
            content: Some(content.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }

    /// A call that failed, with what the model should know of it.
    pub fn error(tool_use_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status: Some(ToolResultStatus::Error),
            ..Self::new(tool_use_id, [ToolResultContentBlock::Text(message.into())])
        }
    }
}
