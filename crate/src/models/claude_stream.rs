//! The events of a streamed message of Anthropic Claude, one by one. It does not join deltas.
//! Sources: recordings; Anthropic's reference for thinking, citations, ping and error.

use super::claude::{ClaudeAnswer, ClaudeBlock, ClaudeStopReason, ClaudeUsage};

tagged! {
    /// A chunk of a Messages stream.
    ClaudeChunk {
        MessageStart as_message_start = "message_start": ClaudeMessageStart;
        ContentBlockStart as_content_block_start = "content_block_start": ClaudeContentBlockStart;
        ContentBlockDelta as_content_block_delta = "content_block_delta": ClaudeContentBlockDelta;
        ContentBlockStop as_content_block_stop = "content_block_stop": ClaudeContentBlockStop;
        MessageDelta as_message_delta = "message_delta": ClaudeMessageDelta;
        MessageStop as_message_stop = "message_stop": ClaudeMessageStop;
        Ping as_ping = "ping": ClaudePing;
        Error as_error = "error": ClaudeStreamError;
    }
}

chunk! {
    /// A message begins: an answer without content, and the input's tokens.
    ClaudeMessageStart => ClaudeMessageStartBuilder {
        message = "message": one(ClaudeAnswer);
    }
}

chunk! {
    /// A block begins.
    ClaudeContentBlockStart => ClaudeContentBlockStartBuilder {
        index = "index": number(i64);
        content_block = "content_block": one(ClaudeBlock);
    }
}

chunk! {
    /// More of a block.
    ClaudeContentBlockDelta => ClaudeContentBlockDeltaBuilder {
        index = "index": number(i64);
        delta = "delta": one(ClaudeDelta);
    }
}

tagged! {
    /// What is added to a block.
    ClaudeDelta {
        Text as_text = "text_delta": ClaudeTextDelta;
        InputJson as_input_json = "input_json_delta": ClaudeInputJsonDelta;
        Thinking as_thinking = "thinking_delta": ClaudeThinkingDelta;
        Signature as_signature = "signature_delta": ClaudeSignatureDelta;
        Citations as_citations = "citations_delta": ClaudeCitationsDelta;
    }
}

structure! {
    /// More text.
    ClaudeTextDelta => ClaudeTextDeltaBuilder {
        text = "text": text();
    }
}

structure! {
    /// More of a call's input.
    ClaudeInputJsonDelta => ClaudeInputJsonDeltaBuilder {
        /// A piece of JSON text: join the pieces before parsing.
        partial_json = "partial_json": text();
    }
}

structure! {
    /// More reasoning.
    ClaudeThinkingDelta => ClaudeThinkingDeltaBuilder {
        thinking = "thinking": text();
    }
}

structure! {
    /// The signature of the reasoning.
    ClaudeSignatureDelta => ClaudeSignatureDeltaBuilder {
        signature = "signature": text();
    }
}

structure! {
    /// A citation of the block.
    ClaudeCitationsDelta => ClaudeCitationsDeltaBuilder {
        /// Free JSON.
        citation = "citation": document();
    }
}

chunk! {
    /// A block ends.
    ClaudeContentBlockStop => ClaudeContentBlockStopBuilder {
        index = "index": number(i64);
    }
}

chunk! {
    /// What of the message has changed: why it stopped, and the tokens so far.
    ClaudeMessageDelta => ClaudeMessageDeltaBuilder {
        delta = "delta": one(ClaudeStopDelta);
        usage = "usage": one(ClaudeUsage);
    }
}

structure! {
    /// Why the message stopped.
    ClaudeStopDelta => ClaudeStopDeltaBuilder {
        stop_reason = "stop_reason": one(ClaudeStopReason);
        stop_sequence = "stop_sequence": text();
    }
}

chunk! {
    /// The message ends.
    ClaudeMessageStop => ClaudeMessageStopBuilder {}
}

structure! {
    /// Nothing; the stream lives.
    ClaudePing => ClaudePingBuilder {}
}

structure! {
    /// The stream failed.
    ClaudeStreamError => ClaudeStreamErrorBuilder {
        error = "error": one(ClaudeErrorDetail);
    }
}

structure! {
    /// What failed.
    ClaudeErrorDetail => ClaudeErrorDetailBuilder {
        r#type = "type": text();
        message = "message": text();
    }
}
