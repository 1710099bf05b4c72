// The two calls of the native part of AWS's client that its own JavaScript does not have: an answer and an error, posted
// whole. It asks for no invocation: AWS's client does that over HTTP when it is told to.

const { AWS_LAMBDA_RUNTIME_API: api } = process.env;

// An answer that cannot be posted ends the function, as it does natively.
const post = (what) => (id, body) =>
  void fetch(`http://${api}/2018-06-01/runtime/invocation/${id}/${what}`, { method: "POST", body });

exports.done = post("response");
exports.error = post("error");
