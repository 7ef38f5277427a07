/**
 * A real WebRTC call, seen from the caller: {@link WebRtcCall} is the peer connection, {@link Wav}
 * and {@link SpeechFrames} are recorded speech as its microphone, {@link FramePump} keeps their
 * pace, {@link AudioMeter} measures what comes back.
 *
 * <p>The only room that knows webrtc-java. It must not know gRPC or the terminal: offers and
 * answers are strings here. Threads: native callbacks go to a {@link CallListener}, which hops to
 * its own thread in its first line ({@link NamedMilestones} gives them names); nothing native is
 * disposed of on a native thread.
 */
@NullMarked
package dev.sideband.cli.call;

import org.jspecify.annotations.NullMarked;
