// Citations, and the search results that can be cited. It does not resolve a location to its text.
import type { OneOf } from "./base.js";

/** Whether the model may cite this content. */
export interface CitationsConfig {
  enabled: boolean | undefined;
}

/** Generated text together with what it rests on. */
export interface CitationsContentBlock {
  content?: CitationGeneratedContent[] | undefined;
  citations?: Citation[] | undefined;
}

/** A piece of generated text. */
export type CitationGeneratedContent = OneOf<{
  text: string;
}>;

/** A source of generated text. */
export interface Citation {
  title?: string | undefined;
  source?: string | undefined;
  sourceContent?: CitationSourceContent[] | undefined;
  location?: CitationLocation | undefined;
}

/** A cited piece of a source. */
export type CitationSourceContent = OneOf<{
  text: string;
}>;

/** Where in a source the cited piece is. */
export type CitationLocation = OneOf<{
  web: WebLocation;
  documentChar: DocumentCharLocation;
  documentPage: DocumentPageLocation;
  documentChunk: DocumentChunkLocation;
  searchResultLocation: SearchResultLocation;
}>;

/** A place on the web. */
export interface WebLocation {
  url?: string | undefined;
  domain?: string | undefined;
}

/** A range of characters in a document. */
export interface DocumentCharLocation {
  /** Counted from 0 among the request's documents. */
  documentIndex?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** A range of pages in a document. */
export interface DocumentPageLocation {
  /** Counted from 0 among the request's documents. */
  documentIndex?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** A range of chunks of a document that was given in pieces. */
export interface DocumentChunkLocation {
  /** Counted from 0 among the request's documents. */
  documentIndex?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** A range of pieces of a search result. */
export interface SearchResultLocation {
  searchResultIndex?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** A search result that the model may cite. */
export interface SearchResultBlock {
  /** Where it was found, usually an address. */
  source: string | undefined;
  title: string | undefined;
  content: SearchResultContentBlock[] | undefined;
  citations?: CitationsConfig | undefined;
}

/** A piece of a search result. */
export interface SearchResultContentBlock {
  text: string | undefined;
}
