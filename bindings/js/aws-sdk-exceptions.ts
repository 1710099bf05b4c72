// The service's exceptions as classes under AWS's names. What the client throws is known by its name, wherever it was
// made: `instanceof` asks for that, so that errors in a stream, and of another copy's client, are instances too.
import { BedrockRuntimeServiceException as Exception } from "./core.js";
import type { ResponseMetadata } from "./types/index.js";

/** What AWS's constructors take. */
export interface ServiceExceptionOptions {
  name?: string;
  message?: string;
  $fault?: "client" | "server";
  $metadata: ResponseMetadata;
  $retryable?: { throttling: boolean };
  originalStatusCode?: number;
  originalMessage?: string;
  resourceName?: string;
}

/** An exception of that name, for that class; a class that extends it is told apart as ever. */
function known(type: Function, own: Function, error: unknown, name?: string): boolean {
  if (type !== own) return Function.prototype[Symbol.hasInstance].call(type, error);
  return error instanceof Exception && (!name || error.name === name);
}

/** Any exception of the service. */
export class BedrockRuntimeServiceException extends Exception {
  /** @internal */
  static override readonly name: string = "BedrockRuntimeServiceException";
  constructor({ message, ...more }: ServiceExceptionOptions) {
    super(message ?? "", more.$fault === "server" ? "aws" : "caller", more);
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, BedrockRuntimeServiceException, error);
  }
}

/** The caller may not do this. */
export class AccessDeniedException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "AccessDeniedException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "AccessDeniedException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, AccessDeniedException, error, "AccessDeniedException");
  }
}

/** Something changed meanwhile. */
export class ConflictException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ConflictException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ConflictException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ConflictException, error, "ConflictException");
  }
}

/** The service failed. */
export class InternalServerException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "InternalServerException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "InternalServerException", $fault: "server", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, InternalServerException, error, "InternalServerException");
  }
}

/** The model failed: `originalStatusCode` and `resourceName` are its own. */
export class ModelErrorException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ModelErrorException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ModelErrorException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ModelErrorException, error, "ModelErrorException");
  }
}

/** The model is being made ready; the client tries again by itself. */
export class ModelNotReadyException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ModelNotReadyException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ModelNotReadyException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ModelNotReadyException, error, "ModelNotReadyException");
  }
}

/** The model failed in its stream: `originalStatusCode` and `originalMessage` are its own. */
export class ModelStreamErrorException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ModelStreamErrorException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ModelStreamErrorException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ModelStreamErrorException, error, "ModelStreamErrorException");
  }
}

/** The model took too long. */
export class ModelTimeoutException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ModelTimeoutException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ModelTimeoutException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ModelTimeoutException, error, "ModelTimeoutException");
  }
}

/** There is no such thing here. */
export class ResourceNotFoundException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ResourceNotFoundException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ResourceNotFoundException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ResourceNotFoundException, error, "ResourceNotFoundException");
  }
}

/** A quota of the account is used up. */
export class ServiceQuotaExceededException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ServiceQuotaExceededException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ServiceQuotaExceededException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ServiceQuotaExceededException, error, "ServiceQuotaExceededException");
  }
}

/** The service cannot answer now. */
export class ServiceUnavailableException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ServiceUnavailableException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ServiceUnavailableException", $fault: "server", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ServiceUnavailableException, error, "ServiceUnavailableException");
  }
}

/** Too many requests. */
export class ThrottlingException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ThrottlingException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ThrottlingException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ThrottlingException, error, "ThrottlingException");
  }
}

/** The request is not what the service takes. */
export class ValidationException extends BedrockRuntimeServiceException {
  /** @internal */
  static override readonly name = "ValidationException";
  constructor(options: ServiceExceptionOptions) {
    super({ name: "ValidationException", $fault: "client", ...options });
  }
  /** By the error's name, wherever it was made. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return known(this, ValidationException, error, "ValidationException");
  }
}
