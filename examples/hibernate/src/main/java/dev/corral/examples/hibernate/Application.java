package dev.corral.examples.hibernate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/**
 * One process of the bookshop: it does what the lines of its standard input say, prints one line
 * for each unit of work and an empty line when a command is done, and ends with the input.
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
