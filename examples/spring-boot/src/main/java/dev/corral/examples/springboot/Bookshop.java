package dev.corral.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. It has no configuration of the cache besides its properties. */
@SpringBootApplication
public class Bookshop {

  /** Starts the service; the arguments are properties, such as {@code --server.port=8081}. */
  public static void main(String[] args) {
    SpringApplication.run(Bookshop.class, args);
  }
}
