package dev.corral.examples.springboot;

import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The books over HTTP. */
@RestController
@RequestMapping("/books")
class BookController {

  private final Books books;

  BookController(Books books) {
    this.books = books;
  }

  @GetMapping("/{id}")
  ResponseEntity<Book> find(@PathVariable long id) {
    return ResponseEntity.of(books.find(id));
  }

  @GetMapping
  List<Book> search(
      @RequestParam String author, @RequestParam(defaultValue = "100000") int maxCents) {
    return books.search(author, maxCents);
  }

  @PutMapping("/{id}")
  Book save(@PathVariable long id, @RequestBody Change change) {
    return books.save(new Book(id, change.title(), change.author(), change.cents()));
  }

  @DeleteMapping("/{id}")
  void delete(@PathVariable long id) {
    books.delete(id);
  }

  /** A book without its id, which is in the path. */
  record Change(String title, String author, int cents) {}
}
