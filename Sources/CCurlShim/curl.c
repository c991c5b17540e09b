#include "CCurlShim.h"

int shim_curl_set_number(void *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }

int shim_curl_set_text(void *easy, CURLoption option, const char *text) { return curl_easy_setopt(easy, option, text); }

int shim_curl_set_pointer(void *easy, CURLoption option, void *pointer) {
    return curl_easy_setopt(easy, option, pointer);
}

int shim_curl_set_write(void *easy, shim_curl_write write, void *user) {
    int rc = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
    return rc != CURLE_OK ? rc : curl_easy_setopt(easy, CURLOPT_WRITEDATA, user);
}

int shim_curl_multi_set_number(void *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

long shim_curl_status(void *easy) {
    long status = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

long shim_curl_retry_after(void *easy) {
    curl_off_t seconds = 0;
    return curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK ? (long)seconds : 0;
}

void *shim_curl_private(void *easy) {
    char *pointer = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer) == CURLE_OK ? pointer : NULL;
}

void *shim_curl_multi_ended(void *multi, int *result) {
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));)
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    return NULL;
}
