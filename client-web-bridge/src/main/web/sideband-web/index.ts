/**
 * Places voice calls with a Sideband server, and follows what happens in them. See README.md.
 *
 * @module sideband-web
 */
export { type SendOptions, Sideband, type SidebandOptions, uuid } from "./sideband";
export { type Call, type CallOptions } from "./call";
export { SidebandError } from "./failure";
export type { FeedUpdate } from "./feed";
export type { Milestone } from "./milestones";
export { millisOf, epochMillisOf } from "./time";
export { Role, type SessionOptions } from "../gen/sideband/v1/session_pb";
export { EndReason, ErrorCode, Severity } from "../gen/sideband/v1/error_pb";
export { type RealtimeEvent, RealtimeEventSchema } from "../gen/sideband/v1/event_pb";
