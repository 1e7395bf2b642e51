package dev.corral.examples.hibernate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/**
 * One process of the bookshop. It reads commands from standard input, one per line, until the end
 * of the input. For each command it prints one line per unit of work, then an empty line.
 *
 * <p>Commands: {@code create}, {@code read}, {@code rename NAME}, {@code count COPIES}, {@code file
 * GENRE}, and {@code leave}, which returns from main without closing anything.
 */
public final class Application {

  private Application() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("org.jboss.logging.provider", "slf4j");
    var commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Bookshop bookshop = Bookshop.open();
    System.out.println("Hibernate " + org.hibernate.Version.getVersionString());
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", 2);
      if (words[0].equals("leave")) {
        return;
      }
      run(bookshop, words).forEach(System.out::println);
      System.out.println();
    }
    bookshop.close();
  }

  private static List<Report> run(Bookshop bookshop, String[] words) {
    return switch (words[0]) {
      case "create" -> List.of(bookshop.create());
      case "read" -> bookshop.read();
      case "rename" -> List.of(bookshop.rename(words[1]));
      case "count" -> List.of(bookshop.count(Integer.parseInt(words[1])));
      case "file" -> List.of(bookshop.file(Genre.valueOf(words[1])));
      default -> throw new IllegalArgumentException("There is no command " + words[0]);
    };
  }
}
