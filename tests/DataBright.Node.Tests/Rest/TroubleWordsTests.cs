using System.Text;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http;

namespace DataBright.Node.Tests.Rest;

/// <summary>
/// Whoever sends something that cannot be read is told what in the words of this interface, not in those of the libraries below it.
/// </summary>
public sealed class TroubleWordsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"cid":5}""", "at cid")]
    [InlineData("""{"cid":"no cid","cost":"dear"}""", "cost")]
    [InlineData("""{"cid":null}""", "cid")]
    [InlineData("""{"cid":"x","more":1}""", "more")]
    [InlineData("""{"cid":"x","cid":"y"}""", "twice")]
    [InlineData("{}", "cid")]
    [InlineData("""{"cid":""", "no JSON")]
    [InlineData("<html>", "no JSON")]
    [InlineData("[]", "cannot be read")]
    [InlineData("null", "null")]
    public async Task A_body_that_is_none_is_told_where_and_why(string body, string saying)
    {
        var request = new DefaultHttpContext().Request;
        (request.ContentType, request.Body) = ("application/json", new MemoryStream(Encoding.UTF8.GetBytes(body)));

        var told = (await Should.ThrowAsync<InvalidRequestException>(() => Body.ReadAsync<Order>(request, 4_096, Stop))).Message;

        told.ShouldContain(saying);
        foreach (var odd in new[] { "System.", "DataBright.", "LineNumber", "BytePosition", "Path:", "deserializ", ".NET" })
            told.ShouldNotContain(odd);
    }

    [Theory]
    [InlineData("Failed to bind parameter \"ulong model\" from \"abc\".", 400, "'abc' is not what 'model' takes: a whole number.")]
    [InlineData("Failed to bind parameter \"long? after\" from \"\u202Ex\".", 400, "'\uFFFDx' is not what 'after' takes: a whole number.")]
    [InlineData("Unexpected end of request content.", 400, "The request is cut off, or not of the form that HTTP has.")]
    [InlineData("Reading the request body timed out due to data arriving too slowly. See MinRequestBodyDataRate.", 408,
        "The request did not arrive in time.")]
    [InlineData("Request body too large. The max request body size is 5 bytes.", 413,
        "The body is longer than any that this address takes.")]
    public void What_the_server_says_is_said_for_people(string message, int status, string words) =>
        HttpProblem.Words(new BadHttpRequestException(message, status)).ShouldBe(words);

    [Fact]
    public void What_this_program_says_is_kept() =>
        HttpProblem.Words(Should.Throw<BadHttpRequestException>(void () => throw new BadHttpRequestException("Send JSON.", 415)))
            .ShouldBe("Send JSON.");

    private sealed record Order(string Cid, DataBright.Market.Money Cost = default);
}
