package dev.corral.examples.hibernate;

/**
 * Starts a database, a Redis, and two processes, and shows that the second one reads without SQL.
 */
public final class Demonstration {

  private Demonstration() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    try (var servers = Servers.start();
        var first = ApplicationProcess.start(servers, "bookshop", "bookshop-1:");
        var second = ApplicationProcess.start(servers, "bookshop", "bookshop-1:")) {
      System.out.println(first.greeting() + ", " + servers.redisUri());
      show("The first process fills the database:", first, "create");
      show("The first process reads; what it created is cached already:", first, "read");
      show("The second process reads the same without any SQL:", second, "read");
      show("The second process changes something:", second, "rename Ursula K. Le Guin");
      show("The first process sees it:", first, "read");
      first.finish();
      second.finish();
    }
  }

  private static void show(String headline, ApplicationProcess process, String command) {
    System.out.println();
    System.out.println(headline);
    process.run(command).forEach(report -> System.out.println("  " + report));
  }
}
