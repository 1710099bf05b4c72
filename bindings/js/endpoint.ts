// Where a service answers, twin of crate/src/endpoint.rs and region.rs: AWS's endpoint rules, and an endpoint of the
// caller's own. It resolves no name; a region that is none is refused.

import { OutcropError } from "./errors.js";

// The parts of AWS, each with its own domain names: how its regions begin; a region that does not look so; the suffix of
// its hosts; that of the dual-stack ones. An unknown region belongs to the last.
const PARTITIONS = `us-gov aws-us-gov-global amazonaws.com api.aws
cn aws-cn-global amazonaws.com.cn api.amazonwebservices.com.cn
eusc-de - amazonaws.eu api.amazonwebservices.eu
us-iso aws-iso-global c2s.ic.gov api.aws.ic.gov
us-isob aws-iso-b-global sc2s.sgov.gov api.aws.scloud
eu-isoe aws-iso-e-global cloud.adc-e.uk api.cloud-aws.adc-e.uk
us-isof aws-iso-f-global csp.hci.ic.gov api.aws.hci.ic.gov
us|eu|ap|sa|ca|me|af|il|mx aws-global amazonaws.com api.aws`;

const invalid = (message: string, what: string) => new OutcropError(message, "caller", { code: `Invalid${what}` });

/**
 * A region that can stand in a host's name and in a signature: one DNS label (63 characters at most, RFC 1035). A text
 * such as `x@evil:443/#` in its place would send a signed request to somebody else (CVE-2026-22611); `xn--` begins another
 * name's Punycode (RFC 5891).
 */
export function checkedRegion(region: unknown): string {
  const text = `${region ?? ""}`;
  if (!/^(?!.{64}|-|xn--)[a-z\d-]*[a-z\d]$/.test(text)) {
    // As many characters as it takes to recognise it.
    const shown = text.slice(0, 64).replace(/[^ -~]/gu, "?");
    throw invalid(`a region is lower-case letters, digits and inner hyphens, such as us-east-1: "${shown}"`, "Region");
  }
  return text;
}

/** Origin and path of the caller's own endpoint, as the parser has them that `fetch` itself uses. */
export function base(endpoint: string): string {
  let url: URL | undefined;
  try {
    url = new URL(endpoint);
  } catch {
    // Said below.
  }
  if (
    !url ||
    url.username + url.password + url.search + url.hash ||
    // In the clear only to this machine itself.
    !/^(https:\/\/|http:\/\/(([\w-]+\.)*localhost|127(\.\d+){3}|\[::1\])(:|$))/.test(url.origin)
  ) {
    throw invalid("an endpoint is https:// (http:// on this machine), host and path, no more", "Endpoint");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** What of a client's settings says where it calls. */
export interface Place {
  region: unknown;
  endpoint?: string | undefined;
  useFipsEndpoint?: boolean | undefined;
  useDualstackEndpoint?: boolean | undefined;
}

let known = "";
let answer = "";

/** Origin and base path, without a slash at the end; the service by its hosts' name. Of one place once. */
export function endpoint(service: string, place: Place): string {
  const { region, endpoint, useFipsEndpoint, useDualstackEndpoint } = place;
  // As JSON, so that no two places are written alike.
  const wanted = JSON.stringify([service, `${region ?? ""}`, endpoint, !!useFipsEndpoint, !!useDualstackEndpoint]);
  if (wanted !== known) {
    answer = found(service, place);
    known = wanted;
  }
  return answer;
}

function found(service: string, place: Place): string {
  let { endpoint, useFipsEndpoint: fips, useDualstackEndpoint: dual } = place;
  const region = checkedRegion(place.region);
  if (endpoint != null) {
    if (fips || dual) {
      throw invalid("useFipsEndpoint and useDualstackEndpoint are for AWS's own endpoints", "Endpoint");
    }
    return base(endpoint);
  }
  let columns: string[] = [];
  for (const line of PARTITIONS.split("\n")) {
    columns = line.split(" ");
    if (columns[1] === region || RegExp(`^(${columns[0]})-[^-]+-\\d+$`).test(region)) break;
  }
  const [, other, suffix, dualSuffix] = columns;
  // Reached over IPv6 by the usual name; with FIPS, in four regions only.
  if (service[0] === "c" && (fips ? /^us-(ea|we)st-[12]$/.test(region) : other === "aws-global")) dual = false;
  if (service === "sts" && !dual) {
    if (other === "aws-us-gov-global") fips = false;
    // The host of all regions.
    if (region === "aws-global" && !fips) return "https://sts.amazonaws.com";
  }
  return `https://${service}${fips ? "-fips" : ""}.${region}.${dual ? dualSuffix : suffix}`;
}
