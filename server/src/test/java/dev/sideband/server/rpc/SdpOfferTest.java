package dev.sideband.server.rpc;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** Offers that are unusual and right; the wrong ones stand in {@link RequestRulesTest}. */
class SdpOfferTest {
  @Test
  void shouldTakeABrowsersOffer() {
    assertThatCode(() -> SdpOffer.check(Requests.OFFER)).doesNotThrowAnyException();
  }

  @Test
  void shouldTakeBareLineFeeds() {
    assertThatCode(() -> SdpOffer.check(Requests.OFFER.replace("\r", "")))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldTakeAudioThatRidesOnAnotherSectionsTransport() {
    String bundled =
        Requests.OFFER.replace("m=audio 9 ", "m=audio 0 ").replace("a=sendrecv", "a=bundle-only");
    assertThatCode(() -> SdpOffer.check(bundled)).doesNotThrowAnyException();
  }

  @Test
  void shouldTakeAudioBehindASectionThatIsOff() {
    String second = "m=audio 0 RTP/AVP 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=recvonly\r\n";
    String offer = Requests.OFFER.substring(0, Requests.OFFER.indexOf("m=audio")) + second;
    assertThatCode(() -> SdpOffer.check(offer)).doesNotThrowAnyException();
  }
}
