package dev.corral.jcache.internal.codec.values;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** Another JVM, which decodes values and builds the same ones to compare them with. */
@NullUnmarked
final class GeneratedValueReader {

  private GeneratedValueReader() {}

  public static void main(String[] arguments) throws IOException {
    int equal = 0;
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      List<String> parts = List.of(line.split(" ", -1));
      Object expected =
          GeneratedGraph.of(GeneratedValueTest.numbersOf(Long.parseLong(parts.get(0))));
      Object read = RoundTrip.decode(HexFormat.of().parseHex(parts.get(1)));
      String difference = GraphComparison.differenceOf(expected, read);
      if (difference == null) {
        equal++;
      } else {
        System.out.println(parts.get(0) + ": " + difference);
      }
    }
    System.out.println("result: " + equal + " equal");
  }
}
