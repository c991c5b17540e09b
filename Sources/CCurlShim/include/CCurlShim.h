// What Swift cannot import of libcurl: variadic functions.
#ifndef CCURLSHIM_H
#define CCURLSHIM_H
#include <curl/curl.h>

/// Takes what has come; fewer bytes than `size * count` end the transfer.
typedef size_t (*shim_curl_write)(char *bytes, size_t size, size_t count, void *user);

int shim_curl_set_number(void *easy, CURLoption option, long value);
/// libcurl copies `text`, except for CURLOPT_POSTFIELDS.
int shim_curl_set_text(void *easy, CURLoption option, const char *text);
int shim_curl_set_pointer(void *easy, CURLoption option, void *pointer);
int shim_curl_set_write(void *easy, shim_curl_write write, void *user);
int shim_curl_multi_set_number(void *multi, CURLMoption option, long value);

/// The last response's status; 0 before there is one.
long shim_curl_status(void *easy);
/// Seconds that the server asks the client to wait (Retry-After); 0 where it does not.
long shim_curl_retry_after(void *easy);
/// What belongs to the transfer (CURLOPT_PRIVATE).
void *shim_curl_private(void *easy);

/// The next transfer that has ended, its result in `result`; null when there is none.
void *shim_curl_multi_ended(void *multi, int *result);
#endif
