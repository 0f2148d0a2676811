export function mount(place: HTMLElement): void {
  void place;
}
