// Files that go with the next message: images, documents and videos, as the package makes blocks of them. It refuses
// what the service would refuse for its size or its number, and never uploads a file before the reader sends.

import { signal } from "@preact/signals";
import type { ContentBlock } from "outcrop";
import { documentBlock, imageBlock, videoBlock } from "outcrop/tools";
import { FormError } from "../../app/errors.js";
import { bytes } from "../../app/words.js";

export interface Attachment {
  id: number;
  name: string;
  size: number;
  block: ContentBlock;
}

export const attached = signal<readonly Attachment[]>([]);
export const attachError = signal<unknown>(undefined);

/** Converse's limits: 3.75 MB for an image, 20 of them; 4.5 MB for a document, 5 of them; 25 MB for all of a request. */
const limits = {
  image: { bytes: 3_750_000, most: 20 },
  document: { bytes: 4_500_000, most: 5 },
  video: { bytes: 25_000_000, most: 1 },
};

let last = 0;

async function read(file: File): Promise<Attachment> {
  const kind = file.type.startsWith("image/") ? "image" : file.type.startsWith("video/") ? "video" : "document";
  const { bytes: limit, most } = limits[kind];
  if (file.size > limit) {
    throw new FormError(`${file.name} has ${bytes(file.size)}; Bedrock takes ${bytes(limit)} for one ${kind}.`);
  }
  if (attached.value.filter(({ block }) => kind in block).length >= most) {
    throw new FormError(`Bedrock takes ${most} ${kind}${most > 1 ? "s" : ""} in a message.`);
  }
  const make = kind === "image" ? imageBlock : kind === "video" ? videoBlock : documentBlock;
  return { id: ++last, name: file.name || `pasted ${kind}`, size: file.size, block: await make(file) };
}

/** Takes files from a picker, a drop or the clipboard. One that is refused does not keep the others out. */
export async function attach(files: Iterable<File>): Promise<void> {
  attachError.value = undefined;
  for (const file of files) {
    try {
      const read_ = await read(file);
      attached.value = [...attached.value, read_];
    } catch (error) {
      attachError.value = error;
    }
  }
}

export const detach = (id: number): void => {
  attached.value = attached.value.filter((one) => one.id !== id);
};

export const clearAttached = (): void => {
  attached.value = [];
};

export const blocksOf = (list: readonly Attachment[]): ContentBlock[] => list.map(({ block }) => block);
