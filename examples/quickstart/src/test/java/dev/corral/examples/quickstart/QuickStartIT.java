package dev.corral.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The text that the quick start prints. */
class QuickStartIT {

  @Test
  void main_printsWhereEachPriceComesFrom() throws Exception {
    assertThat(output())
        .isEqualToNormalizingNewlines(
            """

            What does an apple cost? Each cache entry expires after 2 seconds.

            first read                      45 cents  loaded from the table
            second read                     45 cents  from the cache
            after UPDATE to 50 cents        45 cents  from the cache
            2 seconds later: expired        50 cents  loaded from the table
            after UPDATE to 55 and remove   55 cents  loaded from the table

            Queries: 3. Cache hits: 2, misses: 3.
            """);
  }

  private static String output() throws Exception {
    PrintStream standard = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, UTF_8));
    try {
      QuickStart.main(new String[0]);
    } finally {
      System.setOut(standard);
    }
    return output.toString(UTF_8);
  }
}
