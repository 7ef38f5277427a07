package dev.sideband.server.fanout;

/** What a subscription has for its subscriber right now. */
public sealed interface Delivery {

  /** Events, in order; send them on. */
  record Events(EventBatch batch) implements Delivery {}

  /** All that was stored when the subscription began has been delivered. Told once. */
  record CaughtUp() implements Delivery {}

  /** The events up to this one are no longer stored; it is delivered next. */
  record Gap(long oldestAvailable) implements Delivery {}

  /** Nothing to send yet, but there is more to look through: ask again, after others had a turn. */
  record Again() implements Delivery {}

  /** Nothing now; the subscription's signal will be called when that may have changed. */
  record Nothing() implements Delivery {}

  /** Nothing will follow. */
  record Ended() implements Delivery {}

  /** The subscription cannot be served, and is over. */
  record Refused(Reason reason, String message) implements Delivery {}

  /** Why a subscription cannot be served. */
  enum Reason {
    /** There is no such conversation, or it is somebody else's. */
    UNKNOWN_CONVERSATION,
    /** The place to begin after lies past the newest event. */
    OUT_OF_RANGE,
    /** The cursor was not made by this log. */
    CURSOR_INVALID,
    /** Too many subscriptions are open. */
    TOO_MANY,
    /** The log could not be read. Later may work. */
    LOG_UNAVAILABLE
  }
}
