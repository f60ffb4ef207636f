using System.Text;

namespace DataBright.Node.Tests.Hostile;

/// <summary>What programs and people send that nobody expects.</summary>
internal static class OddWords
{
    public static readonly string[] Ids =
    [
        "0", "-1", "+1", "01", "1.0", "1e3", "18446744073709551616", "9223372036854775807",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936", new string('9', 400),
        "x", "%00", "1%00", "%2F", "..%2F..%2Fetc%2Fpasswd", "%ff%fe", "%C3%A9", "%F0%9F%92%A9", "%D9%A1", "%20", "1%0d%0aX:y", "%25", "%",
        "%zz", "1;2", "a.b.c", new string('b', 3_000), "0x", "0x" + new string('0', 40), "..", "'or'1'='1",
    ];

    public static readonly string[] Methods = ["HEAD", "OPTIONS", "PUT", "TRACE", "CONNECT", "PATCH", "DELETE", "POST", "GET", "get",
        "PROPFIND", "M-SEARCH", "X", new string('A', 200)];

    public static readonly string[] Hosts = ["", "a b", "[::", "[::1]:99999", "[fe80::1%25eth0]", "..", ":80", "127.0.0.1:", "127.0.0.1:-1",
        "xn--", "evil.example", "user@localhost", new string('h', 1_000), "\u00e9", "localhost\t", "[]", "*"];

    public static readonly string[] Queries =
    [
        "?", "?=", "?=x", "?a", "?a=1&a=2", "?limit=1&limit=2", "?limit=99999999999999999999", "?cursor=" + new string('A', 5_000),
        "?cursor=%00%ff", "?q=%ff%fe%00", "?q=" + new string('q', 99), "?%00=1", "?after=-1", "?after=9223372036854775808",
        "?format=raw", "?format=car&dag-scope=block", "?format=car&dag-scope=entity&entity-bytes=0:*", "?format=" + new string('f', 500),
        "?account=%00", "?from=//evil.example", "?deed=%ff", "?shards=x&holders=y", "?dataset=18446744073709551616",
        "?x[]=1&x[0]=2", "?&&&==&",
    ];

    /// <summary>As they stand in the request, each character one byte.</summary>
    public static readonly string[] Headers =
    [
        "Range: bytes=", "Range: bytes=-", "Range: bytes=-0", "Range: bytes=5-1", "Range: bytes=0-99999999999999999999",
        "Range: bytes=99999999999999999999-", "Range: bytes=0-0,1-1,2-2", "Range: lines=1-2", "Range: \u00ff",
        "Range: bytes=" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"{i}-{i}")),
        "If-Range: \"\"", "If-Range: Sat, 99 Foo 9999 99:99:99 GMT", "If-None-Match: garbage", "If-None-Match: \"unterminated",
        "If-None-Match: *", "If-None-Match: W/\"\u00e9\"", "If-Match: \"nothing\"", "If-Modified-Since: Mon, 01 Jan 99999 00:00:00 GMT",
        "If-Unmodified-Since: yesterday",
        "Accept: */*;q=9", "Accept: ;;;,,,/", "Accept: application/vnd.ipld.raw;q=\"0", "Accept: application/vnd.ipld.car; version=2",
        "Accept: \u00ff\u00fe", "Accept: " + string.Join(',', Enumerable.Repeat("a/b;q=0.1", 300)), "Accept: text/event-stream;q=0",
        "Cookie: account=\"; databright-session=\u00ff", "Cookie: " + new string('c', 4_000),
        "Cookie: databright-session=" + new string('0', 64), "Cookie: account=0x" + new string('f', 40) + "; account=2", "Cookie: =;;==;a",
        "Cookie: databright-form=garbage",
        "Last-Event-ID: -5", "Last-Event-ID: 99999999999999999999", "Last-Event-ID: \u00ff", "Last-Event-ID: 1, 2",
        "Authorization: DataBright", "Authorization: DataBright at=99999999999999999999,nonce=0x,signature=0x",
        "Authorization: DataBright at=-1,nonce=0x" + new string('0', 64) + ",signature=0x" + new string('0', 130),
        "Authorization: Basic \u00ff", "Authorization: DataBright ,,,=",
        "Tus-Resumable: 1.0.0", "Tus-Resumable: 0.2.2", "Upload-Length: -1", "Upload-Length: 99999999999999999999", "Upload-Metadata: ,,,",
        "Upload-Metadata: filename w7xi, cid !!", "Upload-Metadata: \u00e9 AA==", "Upload-Checksum: sha1",
        "Upload-Checksum: md5 " + new string('A', 200), "Upload-Defer-Length: 1", "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method-Override: \u00ff", "X-HTTP-Method-Override: NONSENSE",
        "X-Forwarded-For: not an address", "X-Forwarded-For: " + new string('1', 1_000), "X-Forwarded-Host: [", "Forwarded: for=\"_;",
        "Sec-Fetch-Site: nonsense", "DataBright-Voucher: 1 2", "DataBright-Voucher: 99999999999999999999 1e400 0x00",
        "DataBright-Visitor: " + new string('v', 500),
        "Content-Type: ", "Content-Type: /", "Content-Type: ;;;", "Content-Type: text/plain; charset=\"",
        "Content-Type: application/json; charset=utf-99", "Content-Type: multipart/form-data",
        "Content-Type: multipart/form-data; boundary=" + new string('b', 300), "Content-Type: APPLICATION/JSON; CHARSET=UTF-16",
        "Content-Type: \u00ff/\u00ff",
        "Expect: 100-continue", "Expect: nonsense", "Upgrade: websocket", "TE: trailers", "traceparent: 00-zz-zz-zz",
        "Accept-Language: \u00ff;q=x", "Content-Encoding: gzip", "X-Odd: \u0080\u0081\u00fe\u00ff",
    ];

    public static readonly string[] Types =
    [
        "application/json", "Application/JSON; charset=\"utf-8\"; x=\"a;b\"", "text/plain", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=B", "application/offset+octet-stream", "application/vnd.databright.signed",
        "Application/Vnd.DataBright.Signed; v=1",
        "application/vnd.databright.prediction", "image/png", "IMAGE/PNG; name=\"a;b.png\"", "image/jpeg", "",
    ];

    public static IEnumerable<byte[]> Bodies()
    {
        foreach (var text in Texts) yield return Encoding.UTF8.GetBytes(text);
        yield return [0xFF, 0xFE, 0x00, 0x80];
        yield return [.. "{\"account\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        yield return [.. "\u00ef\u00bb\u00bf{}"u8];
        yield return [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 8,
            2, 0, 0, 0];
        yield return new byte[65];
        yield return new byte[69];
        yield return [.. new byte[65], 0xFF, 0xFF, 0xFF, 0xFF];
        yield return [.. new byte[65], 0x7F, 0xFF, 0xFF, 0xFF];
        yield return [.. Enumerable.Repeat((byte)1, 65), 0, 0, 0, 2, .. "{}"u8];
        yield return [.. new byte[89], 0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0x7F];
        yield return new byte[200_000];
    }

    /// <summary>Values for a member of a document.</summary>
    public static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "-0.0", "18446744073709551616", "9223372036854775807", "253402300800", "\"\"", "\"x\"", "\"1\"",
        "\"-1\"", "\"1e400\"", "\"NaN\"", "\"99999-12-31T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"P99999999999Y\"", "[]", "{}",
        "[[[]]]", "\"\\ud800\"", "\"\\u0000\"",
        "\"0x" + new string('0', 40) + "\"", "\"0x" + new string('f', 64) + "\"", "\"0x" + new string('0', 130) + "\"",
        "\"340282366920938463463374607431768211456\"", "\"0.0000000000000000000000000001\"", "\"yes\"",
        "\"" + new string('y', 9_000) + "\"",
    ];

    private static readonly string[] Texts =
    [
        "", "{", "}", "null", "[]", "{}", "0", "\"x\"", "{\"a\":1,\"a\":2}", "{\"account\":null}", "{\"cid\":null}", "{\"cid\":\"x\"}",
        "{\"cid\":5}", "{\"inputs\":[[1e400]]}", "{\"inputs\":[null]}", "{\"inputs\":[[0]],\"images\":[\"\"]}", "{\"images\":[null]}",
        "{\"images\":[\"!!\"]}", "{\"inputs\":[],\"channel\":0,\"cumulative\":\"-1\",\"signature\":\"0x\"}",
        new string('[', 5_000), string.Concat(Enumerable.Repeat("{\"a\":", 2_000)), "a=1&a=2&b", "picture=x&row=1,2",
        "row=1e400,nan&text=%ff", "--B\r\n\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\nx\r\n--B--\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"row\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; "
        + "name=\"row\"\r\n\r\n2\r\n--B--\r\n",
    ];
}
