namespace DataBright.Node.Tests;

/// <summary>Puts something in front of each reader of the sample market.</summary>
internal interface ISampleDecorator
{
    T Decorate<T>(T reader) where T : class;
}
