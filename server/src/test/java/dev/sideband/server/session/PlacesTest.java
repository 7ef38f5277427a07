package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PlacesTest {
  private final Lanes lanes = new Lanes();
  private final Places places = new Places(2, lanes);
  private final List<String> begun = new ArrayList<>();

  private Places.Place take(String name) {
    return places.take(place -> begun.add(name));
  }

  private void runCompletions() {
    for (Runnable next = lanes.pollCompletion(); next != null; next = lanes.pollCompletion()) {
      next.run();
    }
  }

  @Test
  void shouldLetSomeBeginAndTheOthersWaitInOrder() {
    Places.Place first = take("first");
    take("second");
    take("third");
    take("fourth");
    runCompletions();
    assertThat(begun).containsExactly("first", "second");

    first.leave();
    first.leave();
    runCompletions();
    assertThat(begun).containsExactly("first", "second", "third");
  }

  @Test
  void shouldPassOverWhoGaveUpWaiting() {
    Places.Place first = take("first");
    take("second");
    Places.Place third = take("third");
    take("fourth");
    third.leave();
    first.leave();
    runCompletions();
    assertThat(begun).containsExactly("first", "second", "fourth");
  }

  @Test
  void shouldNotBeginForWhoGaveUpWhenItsTurnHadCome() {
    Places.Place first = take("first");
    take("second");
    Places.Place third = take("third");
    take("fourth");
    first.leave();
    third.leave();
    runCompletions();
    assertThat(begun).containsExactly("first", "second", "fourth");
  }
}
