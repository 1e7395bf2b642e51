package dev.corral.spring.tests;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application under test. */
@SpringBootApplication
public class Application {

  /** Starts it; the arguments are properties, such as {@code --corral.redis.uri=…}. */
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }
}
