package dev.sideband.server.provider.loopback;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes an answer to an offer for calls without media. It is well formed and matches the offer
 * section by section: Opus and the data channel are accepted, everything else refused. Nobody is
 * behind its candidate.
 */
final class SdpAnswerWriter {
  private static final String END = "\r\n";

  private final Ids ids;

  SdpAnswerWriter(Ids ids) {
    this.ids = ids;
  }

  /** One media section of an offer: its first line and its attributes. */
  private record Section(String media, List<String> lines) {

    String kind() {
      return media.split(" ", -1)[0];
    }

    Optional<String> attribute(String name) {
      String start = "a=" + name + ":";
      return lines.stream()
          .filter(line -> line.startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst();
    }

    boolean has(String attribute) {
      return lines.contains("a=" + attribute);
    }

    /** The payload type of Opus, if it is offered. */
    Optional<String> opus() {
      return lines.stream()
          .filter(line -> line.startsWith("a=rtpmap:"))
          .filter(line -> line.toLowerCase(Locale.ROOT).contains(" opus/48000"))
          .map(line -> line.substring("a=rtpmap:".length(), line.indexOf(' ')))
          .findFirst();
    }

    /** Kind, port, protocol and at least one format. */
    boolean isWellFormed() {
      return media.split(" ", -1).length >= 4;
    }

    boolean isAccepted() {
      return kind().equals("application") || (kind().equals("audio") && opus().isPresent());
    }
  }

  /** The answer; empty if this is no offer of anything that could be accepted. */
  Optional<String> answer(String offer) {
    List<Section> sections = read(offer);
    List<Section> accepted = sections.stream().filter(Section::isAccepted).toList();
    boolean wellFormed = sections.stream().allMatch(Section::isWellFormed);
    if (!offer.startsWith("v=0") || accepted.isEmpty() || !wellFormed) {
      return Optional.empty();
    }
    StringBuilder answer = new StringBuilder();
    String session =
        Long.toUnsignedString(Long.parseUnsignedLong(ids.digits().substring(1, 16), 16));
    add(answer, "v=0", "o=- " + session + " 2 IN IP4 127.0.0.1", "s=-", "t=0 0");
    StringBuilder bundle = new StringBuilder("a=group:BUNDLE");
    accepted.forEach(
        section -> section.attribute("mid").ifPresent(mid -> bundle.append(' ').append(mid)));
    add(answer, bundle.toString(), "a=msid-semantic: WMS loopback");
    String transport = transport();
    sections.forEach(section -> add(answer, section, transport));
    return Optional.of(answer.toString());
  }

  private static List<Section> read(String offer) {
    List<Section> sections = new ArrayList<>();
    for (String line : offer.split("\\R", -1)) {
      if (line.startsWith("m=")) {
        sections.add(new Section(line.substring(2), new ArrayList<>()));
      } else if (!sections.isEmpty()) {
        sections.get(sections.size() - 1).lines().add(line);
      }
    }
    return sections;
  }

  private static void add(StringBuilder answer, Section section, String transport) {
    Optional<String> mid = section.attribute("mid").map(value -> "a=mid:" + value);
    if (!section.isAccepted()) {
      String[] media = section.media().split(" ", -1);
      add(answer, "m=" + media[0] + " 0 " + media[2] + " " + media[media.length - 1]);
      add(answer, "c=IN IP4 0.0.0.0");
      mid.ifPresent(line -> add(answer, line));
      add(answer, "a=inactive");
      return;
    }
    boolean audio = section.kind().equals("audio");
    String format = audio ? section.opus().orElseThrow() : "webrtc-datachannel";
    String protocol = section.media().split(" ", -1)[2];
    add(answer, "m=" + section.kind() + " 9 " + protocol + " " + format, "c=IN IP4 0.0.0.0");
    answer.append(transport);
    mid.ifPresent(line -> add(answer, line));
    if (audio) {
      add(answer, "a=" + direction(section), "a=rtcp-mux", "a=rtpmap:" + format + " opus/48000/2");
      add(answer, "a=fmtp:" + format + " minptime=10;useinbandfec=1");
    } else {
      add(answer, "a=sctp-port:5000", "a=max-message-size:262144");
    }
  }

  private static String direction(Section section) {
    if (section.has("sendonly")) {
      return "recvonly";
    }
    return section.has("recvonly") ? "sendonly" : section.has("inactive") ? "inactive" : "sendrecv";
  }

  /** One transport for the whole bundle; the port is discard's. */
  private String transport() {
    StringBuilder lines = new StringBuilder();
    add(lines, "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host generation 0");
    add(lines, "a=end-of-candidates", "a=ice-ufrag:" + ids.digits().substring(0, 8));
    add(lines, "a=ice-pwd:" + ids.digits().substring(0, 24));
    add(lines, "a=fingerprint:sha-256 " + fingerprint(), "a=setup:passive");
    return lines.toString();
  }

  private String fingerprint() {
    String hex = (ids.digits() + ids.digits()).toUpperCase(Locale.ROOT);
    return hex.replaceAll("(..)(?!$)", "$1:");
  }

  private static void add(StringBuilder sdp, String... lines) {
    for (String line : lines) {
      sdp.append(line).append(END);
    }
  }
}
