// All tests in one process, so that those that can share a stack do.
import "./accessibility.test.mjs";
import "./call.test.mjs";
import "./details.test.mjs";
import "./embedding.test.mjs";
import "./foreign.test.mjs";
import "./ice.test.mjs";
import "./microphone.test.mjs";
import "./restart.test.mjs";
import "./tls.test.mjs";
import "./token.test.mjs";
import "./transcript.test.mjs";
import "./watching.test.mjs";
