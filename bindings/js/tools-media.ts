// Content blocks from what a page or a program has: Blob, File, bytes, a path (where there are files), an s3:// address.
// It neither converts nor shrinks; a format that cannot be told is an error, not a guess.
import { member, OutcropError, own } from "./core.js";
import type {
  CachePointBlock,
  CacheTTL,
  DocumentBlock,
  DocumentFormat,
  ImageBlock,
  ImageFormat,
  VideoBlock,
  VideoFormat,
} from "./types/index.js";

/** A Blob or a File, whoever made it. */
export interface BlobLike {
  readonly type?: string;
  /** A File's. */
  readonly name?: string;
  /** All of its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A URL, whoever made it. */
export interface UrlLike {
  readonly href: string;
  readonly pathname: string;
}

/**
 * Bytes, a Blob or File, `s3://bucket/key`, or a path or a file: URL, where there are files: Node from 20.16 or 22.3 on,
 * Deno, Bun.
 */
export type MediaSource = BlobLike | ArrayBuffer | ArrayBufferView | string | UrlLike;

/** What a source does not say of itself. */
export interface MediaOptions<Format> {
  /** Otherwise from the MIME type, the name's ending, or how the bytes begin. */
  format?: Format | undefined;
  /** The account that owns the bucket of an s3:// address, if it is another. */
  bucketOwner?: string | undefined;
}

/** How a document is named and to be read. */
export interface DocumentOptions extends MediaOptions<DocumentFormat> {
  /** What the model reads as the document's name: otherwise the file's, without its ending. */
  name?: string | undefined;
  /** How the model is to read it. */
  context?: string | undefined;
  /** Whether the model is to cite it. */
  citations?: boolean | undefined;
}

// By MIME type or the name's ending; what is here as itself needs no other name.
const IMAGES: Formats = { png: "png", jpeg: "jpeg", jpg: "jpeg", gif: "gif", webp: "webp" };
const DOCUMENTS: Formats = {
  pdf: "pdf",
  csv: "csv",
  doc: "doc",
  msword: "doc",
  docx: "docx",
  "vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  xls: "xls",
  "vnd.ms-excel": "xls",
  xlsx: "xlsx",
  "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  html: "html",
  htm: "html",
  "xhtml+xml": "html",
  txt: "txt",
  plain: "txt",
  md: "md",
  markdown: "md",
  "x-markdown": "md",
};
const VIDEOS: Formats = {
  mkv: "mkv",
  "x-matroska": "mkv",
  matroska: "mkv",
  mov: "mov",
  quicktime: "mov",
  mp4: "mp4",
  m4v: "mp4",
  "x-m4v": "mp4",
  webm: "webm",
  flv: "flv",
  "x-flv": "flv",
  mpeg: "mpeg",
  mpg: "mpg",
  wmv: "wmv",
  "x-ms-wmv": "wmv",
  "3gp": "three_gp",
  "3gpp": "three_gp",
  three_gp: "three_gp",
};

interface Formats {
  readonly [name: string]: string;
}

// How files begin, in hexadecimal.
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^89504e470d0a1a0a/, "png"],
  [/^ffd8ff/, "jpeg"],
  [/^474946383[79]61/, "gif"], // GIF87a, GIF89a
  [/^52494646.{8}57454250/, "webp"], // RIFF, a length, WEBP
  [/^255044462d/, "pdf"], // %PDF-
  [/^.{8}6674797071742020/, "mov"], // a length, ftyp, qt
  [/^.{8}667479703367/, "three_gp"], // 3g
  [/^.{8}66747970/, "mp4"],
  [/^1a45dfa3.*7765626d/, "webm"], // EBML, webm
  [/^1a45dfa3.*6d6174726f736b61/, "mkv"], // EBML, matroska
  [/^464c5601/, "flv"],
  [/^000001b[3a]/, "mpeg"],
  [/^3026b2758e66cf11/, "wmv"],
];
// Bytes that are looked at: the longest of these needs less than 64.
const LOOKED_AT = 64;

// Characters that AWS takes at most for a document's name.
const NAME_LENGTH = 200;

/** A host with modules of its own. */
interface Host {
  process?: {
    getBuiltinModule?(
      name: string,
    ): { readFile?: (path: string | UrlLike) => Promise<Uint8Array<ArrayBuffer>> } | undefined;
  };
}

interface Loaded {
  bytes?: Uint8Array<ArrayBuffer>;
  uri?: string;
  name: string;
  type: string;
}

// Not instanceof: a frame's object is of another class.
const kind = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

async function load(source: MediaSource): Promise<Loaded> {
  if (typeof source === "string" && source.startsWith("s3://")) return { uri: source, name: source, type: "" };
  if (typeof source === "string" || kind(source) === "URL") {
    const name = `${source}`;
    if (kind(source) === "URL" && !name.startsWith("file:")) {
      throw new OutcropError(`${name}: only file: and s3: addresses are read; fetch it and give the Blob`, "caller");
    }
    // Not an import, which every bundler for pages would follow, or warn of.
    const read = (member(globalThis, "process") as Host["process"])?.getBuiltinModule?.("node:fs/promises")?.readFile;
    if (!read) {
      throw new OutcropError("there are no files to be read here: give a Blob or bytes instead of a path", "caller");
    }
    try {
      const bytes = new Uint8Array(await read(source as string | UrlLike));
      return {
        bytes,
        name: kind(source) === "URL" ? decodeURIComponent((source as UrlLike).pathname) : name,
        type: "",
      };
    } catch (cause) {
      throw new OutcropError(`the file cannot be read: ${name}`, "caller", { cause });
    }
  }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return { bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength), name: "", type: "" };
  }
  if (kind(source) === "ArrayBuffer") return { bytes: new Uint8Array(source as ArrayBuffer), name: "", type: "" };
  const blob = source as BlobLike;
  if (typeof blob?.arrayBuffer !== "function") {
    throw new OutcropError("a Blob, a File, bytes, a path or an s3:// address is needed", "caller");
  }
  return {
    bytes: new Uint8Array(await blob.arrayBuffer()),
    name: member(blob, "name") ?? "",
    type: member(blob, "type") ?? "",
  };
}

function formatOf(what: string, { bytes, name, type }: Loaded, formats: Formats, given?: string): string {
  if (given) return given;
  const known = (key: string | undefined) => (key && Object.hasOwn(formats, key) ? formats[key] : undefined);
  const subtype = /^\w+\/([^\s;]+)/.exec(type.toLowerCase())?.[1];
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1];
  const start = [...(bytes?.subarray(0, LOOKED_AT) ?? [])];
  const beginning = start.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const html = /^\s*<(!doctype\s+html|html)/i.test(String.fromCharCode(...start)) ? "html" : undefined;
  const magic = BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1] ?? html;
  const format = known(subtype) ?? known(ending) ?? known(magic);
  if (!format) {
    const about = [name, type].filter(Boolean).join(", ") || "bytes without a name";
    throw new OutcropError(`no ${what} format is known for ${about}: give { format }`, "caller");
  }
  return format;
}

const place = ({ bytes, uri }: Loaded, bucketOwner?: string) =>
  uri ? { s3Location: { uri, ...(bucketOwner && { bucketOwner }) } } : { bytes: bytes! };

/** A name as the API takes it: letters, digits, single spaces, hyphens, brackets; at most 200 characters. */
export function documentName(name: string): string {
  const clean = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^A-Za-z0-9\s\-()[\]]+/g, "-")
    .replace(/\s+/g, " ")
    .replace(/^[\s-]+|[\s-]+$/g, "")
    .slice(0, NAME_LENGTH)
    .trim();
  return clean || "document";
}

/** What comes before this may be cached, for 5 minutes unless told otherwise. For messages, `system` and tools. */
export const cachePoint = (ttl?: CacheTTL): { cachePoint: CachePointBlock } => ({
  cachePoint: { type: "default", ...(ttl && { ttl }) },
});

/**
 * A block with an image, for a message.
 *
 * Errors: OutcropError, the caller's: no format is known, the file can't be read, the source is none.
 */
export async function imageBlock(
  source: MediaSource,
  options?: MediaOptions<ImageFormat>,
): Promise<{ image: ImageBlock }> {
  const { format, bucketOwner } = own<MediaOptions<ImageFormat>>(options);
  const loaded = own(await load(source));
  return { image: { format: formatOf("image", loaded, IMAGES, format), source: place(loaded, bucketOwner) } };
}

/**
 * A block with a video, for a message. Bytes in a request are for short ones: AWS takes 25 MB, and 1 GB from S3.
 *
 * Errors: as `imageBlock`.
 */
export async function videoBlock(
  source: MediaSource,
  options?: MediaOptions<VideoFormat>,
): Promise<{ video: VideoBlock }> {
  const { format, bucketOwner } = own<MediaOptions<VideoFormat>>(options);
  const loaded = own(await load(source));
  return { video: { format: formatOf("video", loaded, VIDEOS, format), source: place(loaded, bucketOwner) } };
}

/**
 * A block with a document, for a message; a text block must stand beside it.
 *
 * Errors: as `imageBlock`.
 */
export async function documentBlock(
  source: MediaSource,
  options?: DocumentOptions,
): Promise<{ document: DocumentBlock }> {
  const { format, bucketOwner, name, context, citations } = own<DocumentOptions>(options);
  const loaded = own(await load(source));
  // The last part of a path, without its ending.
  const file = (loaded.name.split(/[\\/]/).at(-1) ?? "").replace(/(?<=.)\.\w+$/, "");
  return {
    document: {
      format: formatOf("document", loaded, DOCUMENTS, format),
      name: documentName(name ?? file),
      source: place(loaded, bucketOwner),
      ...(context !== undefined && { context }),
      ...(citations !== undefined && { citations: { enabled: citations } }),
    },
  };
}
