using System.Net;
using System.Text;
using DataBright.Market;
using DataBright.Node.Tests.Hostile;
using DataBright.Node.Web;

namespace DataBright.Node.Tests.Predictions;

/// <summary>Content types as others write them: with parameters, and in any case (RFC 9110, 8.3.1).</summary>
public sealed class MediaTypeTests(WholeNode node) : IClassFixture<WholeNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("image/png", 200)]
    [InlineData("image/png; name=a.png", 200)]
    [InlineData("Image/PNG", 200)]
    [InlineData("IMAGE/png;name=\"a;b.png\" ", 200)]
    [InlineData("image/png;", 200)]
    [InlineData("image/jpeg", 400)]
    [InlineData("image/pngs", 400)]
    public async Task A_picture_is_taken_as_one(string type, int status)
    {
        using var content = new ByteArrayContent(PngWriter.Encode([0, 50, 100, 150, 200, 250], 3, 2, 1));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        ((int)await StatusAsync(content)).ShouldBe(status);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"utf-8\"")]
    [InlineData("text/plain")] // whatever is no frame and no picture is read as JSON
    public async Task Rows_are_taken_as_JSON(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"inputs":[[0,0.2,0.4,0.6,0.8,1]]}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await StatusAsync(content)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("\uFEFF{\"inputs\":[[0,0.2,0.4,0.6,0.8,1]]}", 200)]
    [InlineData("\uFEFF\r\n {\"inputs\":[[0,0.2,0.4,0.6,0.8,1]]}\n", 200)]
    [InlineData("\uFEFF\uFEFF{\"inputs\":[[0,0.2,0.4,0.6,0.8,1]]}", 400)]
    [InlineData("{\uFEFF\"inputs\":[[0,0.2,0.4,0.6,0.8,1]]}", 400)]
    [InlineData("\uFEFF", 400)]
    public async Task One_byte_order_mark_before_the_rows_is_passed_over(string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        ((int)await StatusAsync(content)).ShouldBe(status);
    }

    [Theory]
    [InlineData("application/vnd.databright.prediction")]
    [InlineData("Application/Vnd.DataBright.Prediction; v=1")]
    public async Task Bytes_are_answered_with_bytes(string type)
    {
        using var content =
            new ByteArrayContent(DataBright.Serving.PredictionFrame.Write(new DataBright.Serving.PredictionRequest(null, new float[6])));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var answer = await http.PostAsync("/predictions/1", content, Stop);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.databright.prediction");
    }

    [Theory]
    [InlineData("application/problem+json; charset=utf-8", true)]
    [InlineData("Application/Problem+JSON", true)]
    [InlineData("application/problem+json;x=\"a;b\"", true)]
    [InlineData("application/problem+jsonx", false)]
    [InlineData("text/plain; x=application/problem+json", false)]
    [InlineData("application/problem+json, text/plain", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Types_are_compared_by_the_type_alone(string? header, bool same) => MediaType.Is(header, MediaType.Problem).ShouldBe(same);

    [Fact]
    public async Task More_rows_than_are_answered_are_refused_before_room_is_made_for_them()
    {
        using var content = new StringContent($"{{\"inputs\":[{string.Join(',', Enumerable.Repeat("[]", 5_000))}]}}", Encoding.UTF8,
            "application/json");
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var answer = await http.PostAsync("/predictions/1", content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("examples are answered in one request; these are 5000.");
    }

    private async Task<HttpStatusCode> StatusAsync(HttpContent content)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var answer = await http.PostAsync("/predictions/1", content, Stop);
        return answer.StatusCode;
    }
}
