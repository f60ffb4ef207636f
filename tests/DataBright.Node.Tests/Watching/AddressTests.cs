using DataBright.Node.Watching;

namespace DataBright.Node.Tests.Watching;

public sealed class AddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9464")]
    [InlineData("http://10.0.0.2:9464/")]
    [InlineData("http://[::1]:9464/")]
    [InlineData("http://localhost:9464/")]
    public void Metrics_are_served_at_a_host_and_a_port(string text) => WatchOptions.ReadMetrics(text).ShouldBe(new Uri(text));

    [Theory]
    [InlineData("9464")]
    [InlineData("https://127.0.0.1:9464")]
    [InlineData("http://127.0.0.1:9464/metrics")]
    [InlineData("http://127.0.0.1:9464/?a=b")]
    [InlineData("http://monitor.lan:9464")]
    [InlineData("http://locahost:9464")]
    [InlineData("http://+:9464")]
    [InlineData("")]
    public void Anything_else_is_told(string text) =>
        Should.Throw<FormatException>(() => WatchOptions.ReadMetrics(text)).Message.ShouldContain("such as http://127.0.0.1:9464");

    [Theory]
    [InlineData("http://127.0.0.1:4318")]
    [InlineData("https://collector.example/otlp/")]
    public void A_collector_is_an_address_on_the_web(string text) => WatchOptions.ReadOtlp(text).ShouldBe(new Uri(text));

    [Theory]
    [InlineData("127.0.0.1:4318")]
    [InlineData("grpc://127.0.0.1:4317")]
    [InlineData("http://127.0.0.1:4318/?token=tok-en")]
    public void What_is_no_collectors_address_is_told(string text) =>
        Should.Throw<FormatException>(() => WatchOptions.ReadOtlp(text)).Message.ShouldContain("such as http://127.0.0.1:4318");

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_repeated() =>
        Should.Throw<FormatException>(() => WatchOptions.ReadOtlp("https://ada:secret@collector.example")).Message
            .ShouldSatisfyAllConditions(
            said => said.ShouldNotContain("secret"), said => said.ShouldContain("OTEL_EXPORTER_OTLP_HEADERS"));
}
