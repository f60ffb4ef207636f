using System.Security.Cryptography;
using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Terminal.Tests;

/// <summary>One table makes an exit code of a kind; what has an exit code of its own is few, and named here.</summary>
public sealed class FailureTableTests
{
    private static readonly Cid File = Cid.Raw(default(Digest));

    [Theory]
    [InlineData(FailureKind.NotFound, ExitCode.NotFound)]
    [InlineData(FailureKind.Refused, ExitCode.Refused)]
    [InlineData(FailureKind.Denied, ExitCode.Denied)]
    [InlineData(FailureKind.Malformed, ExitCode.BadInput)]
    [InlineData(FailureKind.Invalid, ExitCode.Refused)]
    [InlineData(FailureKind.Conflict, ExitCode.Refused)]
    [InlineData(FailureKind.TooMany, ExitCode.Refused)]
    [InlineData(FailureKind.Unavailable, ExitCode.Unreachable)]
    [InlineData(FailureKind.Damaged, ExitCode.BadInput)]
    [InlineData(FailureKind.Full, ExitCode.HomeUnusable)]
    public void A_failure_has_the_exit_code_of_its_kind(FailureKind kind, int code) =>
        Translation.Of(new Plain(kind)).ExitCode.ShouldBe(code);

    [Fact]
    public void Every_kind_stands_in_the_table() =>
        Enum.GetValues<FailureKind>().Length
            .ShouldBe(typeof(FailureTableTests).GetMethod(nameof(A_failure_has_the_exit_code_of_its_kind))!
                .GetCustomAttributes(typeof(InlineDataAttribute), false).Length);

    [Fact]
    public void What_has_an_exit_code_of_its_own_keeps_it()
    {
        Code(new Closed()).ShouldBe(ExitCode.Refused, "the market refuses somebody who has a key");
        Code(RuleBrokenException.Of(Rule.NoVotingWeight)).ShouldBe(ExitCode.Refused);
        Code(new BlobMissingException(File, "the store")).ShouldBe(ExitCode.BadInput, "a file is missing");
        Code(new StoreFullException("the store", new IOException())).ShouldBe(ExitCode.HomeUnusable);
        Code(new KeystoreException("It is closed.", isPassword: true)).ShouldBe(ExitCode.Denied);
        Code(new KeystoreException("It is damaged.")).ShouldBe(ExitCode.BadInput);
        Code(new InvalidOperationException()).ShouldBe(ExitCode.Bug);

        static int Code(Exception thrown) => Translation.Of(thrown).ExitCode;
    }

    [Fact]
    public void What_cannot_be_read_is_told_from_what_is_away()
    {
        foreach (var unreadable in (Exception[])[
            new FormatException(), new JsonException(), new OverflowException(),
            new CryptographicException(), new KeyNotFoundException(), new InvalidOperationException(), new EndOfStreamException(),
            new ArgumentOutOfRangeException()])
            unreadable.IsUnreadable().ShouldBeTrue($"{unreadable}");
        foreach (var other in (Exception[])[
            new Plain(FailureKind.Malformed), new BadPlanException("it is empty"), new IOException(), new OperationCanceledException(),
            new ObjectDisposedException("it"),
            new HttpRequestException(), new TimeoutException()])
            other.IsUnreadable().ShouldBeFalse($"{other}");
    }

    [Fact]
    public void What_is_away_too_often_asked_or_full_may_be_tried_again()
    {
        Enum.GetValues<FailureKind>().Where(kind => new Plain(kind).IsTransient)
            .ShouldBe([FailureKind.TooMany, FailureKind.Unavailable, FailureKind.Full]);
        new TransactionPendingException(default, 1, TimeSpan.FromMinutes(1)).IsTransient.ShouldBeFalse("it could be done twice");
        new SignerException(SignerFault.OutcomeUnknown, "Nobody knows.").IsTransient.ShouldBeFalse("it could be done twice");
        new RpcException("eth_call", -32000, "no such block").IsTransient.ShouldBeFalse();
        new RpcException("eth_call", -32005, "too many requests").IsTransient.ShouldBeTrue();
        new IOException("No space left on device", 28).IsFull().ShouldBeTrue();
        new Plain(FailureKind.Full).IsFull().ShouldBeTrue();
        new IOException().IsFull().ShouldBeFalse();
    }

    private sealed class Plain(FailureKind kind) : DataBrightException(kind, "It failed.");

    private sealed class Closed() : RefusedException(FailureKind.Denied, "Closed", "You may not.");
}
