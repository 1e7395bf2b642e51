package dev.corral.jcache.internal.pipeline.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.pipeline.loading.SingleFlight.Flight;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.Test;

/** Who may wait for whose load. */
class FlightsTest {

  private final SingleFlight<String, String> flights = new SingleFlight<>("countries");

  @Test
  void join_ownFlight_isRefused() {
    Flight<String> own = begin("CH");

    assertThatThrownBy(() -> flights.join(own, 1)).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void join_flightHandedOverThatHasNotBegun_waits() {
    Flight<String> own = begin("CH");
    own.handedOver();

    assertThatThrownBy(() -> flights.join(own, 1)).isInstanceOf(TimeoutException.class);
  }

  @Test
  void begin_flightThatIsUnderWay_isRefused() {
    begin("CH");

    assertThat(flights.begin("CH")).isNull();
  }

  private Flight<String> begin(String key) {
    return Objects.requireNonNull(flights.begin(key));
  }
}
