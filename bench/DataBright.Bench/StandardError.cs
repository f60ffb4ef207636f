namespace DataBright.Bench;

/// <summary>Progress for people goes to standard error, in the order it is made; results go to standard output.</summary>
internal sealed class StandardError : IProgress<string>
{
    public void Report(string value) => Console.Error.WriteLine(value);
}
