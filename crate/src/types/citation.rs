//! Citations, and the search results that can be cited. It does not resolve a location to its text.

structure! {
    /// Whether the model may cite this content.
    CitationsConfig => CitationsConfigBuilder {
        enabled = "enabled": number(bool), required;
    }
}

structure! {
    /// Generated text together with what it rests on.
    CitationsContentBlock => CitationsContentBlockBuilder {
        content = "content": list(CitationGeneratedContent, push_content);
        citations = "citations": list(Citation, push_citation);
    }
}

union! {
    /// A piece of generated text.
    CitationGeneratedContent {
        Text as_text = "text": text(), from;
    }
}

structure! {
    /// A source of generated text.
    Citation => CitationBuilder {
        title = "title": text();
        source = "source": text();
        source_content = "sourceContent": list(CitationSourceContent, push_source_content);
        location = "location": one(CitationLocation);
    }
}

union! {
    /// A cited piece of a source.
    CitationSourceContent {
        Text as_text = "text": text(), from;
    }
}

union! {
    /// Where in a source the cited piece is.
    CitationLocation {
        Web as_web = "web": one(WebLocation), from;
        DocumentChar as_document_char = "documentChar": one(DocumentCharLocation), from;
        DocumentPage as_document_page = "documentPage": one(DocumentPageLocation), from;
        DocumentChunk as_document_chunk = "documentChunk": one(DocumentChunkLocation), from;
        SearchResultLocation as_search_result_location = "searchResultLocation": one(SearchResultLocation), from;
    }
}

structure! {
    /// A place on the web.
    WebLocation => WebLocationBuilder {
        url = "url": text();
        domain = "domain": text();
    }
}

structure! {
    /// A range of characters in a document.
    DocumentCharLocation => DocumentCharLocationBuilder {
        /// Counted from 0 among the request's documents.
        document_index = "documentIndex": number(i32);
        start = "start": number(i32);
        end = "end": number(i32);
    }
}

structure! {
    /// A range of pages in a document.
    DocumentPageLocation => DocumentPageLocationBuilder {
        /// Counted from 0 among the request's documents.
        document_index = "documentIndex": number(i32);
        start = "start": number(i32);
        end = "end": number(i32);
    }
}

structure! {
    /// A range of chunks of a document that was given in pieces.
    DocumentChunkLocation => DocumentChunkLocationBuilder {
        /// Counted from 0 among the request's documents.
        document_index = "documentIndex": number(i32);
        start = "start": number(i32);
        end = "end": number(i32);
    }
}

structure! {
    /// A range of pieces of a search result.
    SearchResultLocation => SearchResultLocationBuilder {
        search_result_index = "searchResultIndex": number(i32);
        start = "start": number(i32);
        end = "end": number(i32);
    }
}

structure! {
    /// A search result that the model may cite.
    SearchResultBlock => SearchResultBlockBuilder {
        /// Where it was found, usually an address.
        source = "source": text(), required;
        title = "title": text(), required;
        content = "content": list(SearchResultContentBlock, push_content), required;
        citations = "citations": one(CitationsConfig);
    }
}

structure! {
    /// A piece of a search result.
    SearchResultContentBlock => SearchResultContentBlockBuilder {
        text = "text": text(), required;
    }
}

impl CitationsConfig {
    /// Citations on or off.
    pub fn new(enabled: bool) -> Self {
        Self { enabled: Some(enabled), ..Self::default() }
    }
}
