using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests;

/// <summary>Where the readers of the sample market are registered; each is handed to a decorator first, where there is one.</summary>
internal sealed class SampleReaders(IServiceCollection services, ISampleDecorator? decorator)
{
    public void Add<T>(T reader) where T : class => services.AddSingleton(decorator?.Decorate(reader) ?? reader);
}
