package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.cache.spi.support.AbstractReadWriteAccess.Item;
import org.hibernate.cache.spi.support.AbstractReadWriteAccess.SoftLockImpl;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class HibernateValueTest {

  private final KryoValueCodec codec =
      new KryoValueCodec(getClass().getClassLoader(), AllowList.of(List.of()), ClassCodes.NONE);

  @Test
  void decode_softLock_isEqual() throws Exception {
    Object lock = create(SoftLockImpl.class, 5L, UUID.randomUUID(), 7L, 1);

    assertThat(codec.decode(codec.encode(lock), 0)).isEqualTo(lock);
  }

  @Test
  void decode_itemOrQueryResult_hasEqualFields() throws Exception {
    Object item = create(Item.class, new ArrayList<>(List.of("state", UUID.randomUUID())), 1, 9L);
    Object result =
        create(
            Class.forName("org.hibernate.cache.internal.QueryResultsCacheImpl$CacheItem"),
            5L,
            new ArrayList<>(List.of(1L, 2L)));

    assertThat(codec.decode(codec.encode(item), 0)).usingRecursiveComparison().isEqualTo(item);
    assertThat(codec.decode(codec.encode(result), 0)).isEqualTo(result);
  }

  private static Object create(Class<?> type, Object... arguments) throws Exception {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return constructor.newInstance(arguments);
  }
}
