// The tests of all deployable examples, in one process: they share an installation of npm's packages, an emulator and a
// Chromium. `node --test` takes each of them alone too.

import "./examples.test.mjs";
import "./cli-chat/cli-chat.test.mjs";
import "./cognito-page/cognito-page.test.mjs";
import "./deno-chat/deno-chat.test.mjs";
import "./extension-chat/extension-chat.test.mjs";
import "./next-edge/next-edge.test.mjs";
import "./worker-oidc/worker-oidc.test.mjs";
import "./worker-stream/worker-stream.test.mjs";
