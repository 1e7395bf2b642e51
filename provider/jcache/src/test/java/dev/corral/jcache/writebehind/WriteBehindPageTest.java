package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;

/** The example in docs/write-behind.md is compiled and run. */
class WriteBehindPageTest {

  private static final Path PAGE = Path.of("../../docs/write-behind.md");
  private static final Path THIS =
      Path.of("src/test/java/dev/corral/jcache/writebehind/WriteBehindPageTest.java");
  private static final List<String> ROWS = Collections.synchronizedList(new ArrayList<>());

  @Test
  void example_equalsTheCodeCompiledHere() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("```java\n") + "```java\n".length();
    String example = page.substring(begin, page.indexOf("```", begin));

    assertThat(plain(Files.readString(THIS))).contains(plain(example));
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", " ");
  }

  @Test
  void example_run_writesOneRow() {
    try (OwnRedis redis = new OwnRedis()) {
      assertThat(run(redis.manager())).isTrue();
    }
    assertThat(ROWS).containsExactly("home=42");
  }

  private static boolean run(CacheManager manager) {
    var configuration =
        CorralConfiguration.builder(String.class, Long.class)
            .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(VisitsTable::new))
            .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofSeconds(2)))
            .build();
    Cache<String, Long> visits = manager.createCache("visits", configuration);

    visits.put("home", 41L);
    visits.put("home", 42L);

    CorralCache<?, ?> corral = visits.unwrap(CorralCache.class);
    boolean written = corral.flush(Duration.ofSeconds(10)); // one row, 42
    return written;
  }

  private static final class VisitsTable implements CacheWriter<String, Long> {

    @Override
    public void write(Cache.Entry<? extends String, ? extends Long> entry) {
      ROWS.add(entry.getKey() + "=" + entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Long>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {
      ROWS.remove(String.valueOf(key));
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }
}
