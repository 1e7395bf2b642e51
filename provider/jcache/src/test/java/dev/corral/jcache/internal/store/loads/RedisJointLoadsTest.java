package dev.corral.jcache.internal.store.loads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.loads.JointLoads.Lead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** The lead of the joint loads, as two JVMs see it. */
class RedisJointLoadsTest {

  private final QueueUnderTest cache = new QueueUnderTest();
  private final JointLoads<String> loads = new RedisJointLoads<>(cache.context, cache.codec);
  private final JointLoads<String> theirs = new RedisJointLoads<>(cache.context, cache.codec);

  @Test
  void join_anotherJvmLeads_itsNextRoundTakesTheKeys() {
    Lead lead = loads.join(List.of("own"));
    Lead followed = theirs.join(List.of("a", "b"));

    assertThat(lead.isOwn()).isTrue();
    assertThat(followed.isOwn()).isFalse();
    assertThat(followed.isOver(theirs.current())).isFalse();
    assertThat(loads.take(lead, 100, /* ends= */ false)).containsExactlyInAnyOrder("a", "b");
    assertThat(followed.isOver(theirs.current())).as("while they are being loaded").isFalse();
    assertThat(loads.take(lead, 100, /* ends= */ true)).isNull();
    assertThat(followed.isOver(theirs.current())).as("after the lead").isTrue();
  }

  @Test
  void loaded_afterALoad_endsTheWaitOfThoseWhoseKeysItTook() {
    Lead lead = loads.join(List.of("own"));
    Lead first = theirs.join(List.of("a"));
    assertThat(loads.take(lead, 100, /* ends= */ false)).containsExactly("a");
    Lead second = theirs.join(List.of("b"));
    assertThat(first.isOver(theirs.current())).isFalse();

    loads.loaded(lead);

    assertThat(first.isOver(theirs.current())).isTrue();
    assertThat(second.isOver(theirs.current())).isFalse();
    Lead third = theirs.join(List.of("c"));
    assertThat(loads.take(lead, 100, /* ends= */ true)).containsExactlyInAnyOrder("b", "c");
    loads.loaded(lead);
    assertThat(second.isOver(theirs.current())).isTrue();
    assertThat(third.isOver(theirs.current())).isTrue();
    assertThat(loads.take(lead, 100, /* ends= */ true)).isNull();
    assertThat(theirs.current()).isNull();
  }

  @Test
  void take_moreKeysThanTheMaximum_dropsTheOthers() {
    Lead lead = loads.join(List.of("own"));
    Lead followed = theirs.join(List.of("a", "b", "c"));

    assertThat(loads.take(lead, 2, /* ends= */ false)).hasSize(2);
    loads.loaded(lead);

    assertThat(followed.isOver(theirs.current())).isTrue();
    assertThat(loads.take(lead, 2, /* ends= */ true)).isNull();
  }

  @Test
  void join_afterALeadThatWasLost_forgetsWhatWasWantedThen() {
    loads.join(List.of("own"));
    theirs.join(List.of("a"));
    RedisUnderTest.client().getKeys().delete(cache.keys.jointLoad());

    Lead lead = theirs.join(List.of("b"));

    assertThat(theirs.take(lead, 100, /* ends= */ false)).isEmpty();
  }

  @Test
  void take_theLeadWasLost_takesNothing() {
    Lead lost = loads.join(List.of("own"));
    RedisUnderTest.client().getKeys().delete(cache.keys.jointLoad());
    Lead lead = theirs.join(List.of("a"));
    loads.join(List.of("b"));

    assertThat(loads.take(lost, 100, /* ends= */ false)).isNull();
    assertThat(theirs.take(lead, 100, /* ends= */ false)).containsExactly("b");
  }

  @Test
  void join_theLeaseIsDamaged_takesTheLead() {
    RedisUnderTest.client()
        .getBucket(cache.keys.jointLoad(), StringCodec.INSTANCE)
        .set("no lease of Corral");

    assertThat(loads.join(List.of("a")).isOwn()).isTrue();
  }
}
